graph [
  node [
    id 0
    label "Rome"
  ]
  node [
    id 1
    label "New York"
  ]
  node [
    id 2
    label "Paris"
  ]
  node [
    id 3
    label "Oslo"
  ]
  edge [
    source 0
    target 1
  ]
  edge [
    source 0
    target 2
  ]
  edge [
    source 1
    target 2
  ]
]
