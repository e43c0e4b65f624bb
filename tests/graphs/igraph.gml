Creator "igraph"
Version 1
graph
[
  directed 0
  node
  [
    id 0
    name "Rome"
  ]
  node
  [
    id 1
    name "New York"
  ]
  node
  [
    id 2
    name "Paris"
  ]
  node
  [
    id 3
    name "Oslo"
  ]
  edge
  [
    source 1
    target 0
  ]
  edge
  [
    source 2
    target 1
  ]
  edge
  [
    source 2
    target 0
  ]
]
