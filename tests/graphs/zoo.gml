graph [
  DateObtained "21/10/10"
  GeoLocation "Europe"
  directed 0
  node [
    id 0
    label "Rome"
    Country "Italy"
    graphics [ x 1.0 y 2.0 ]
  ]
  node [
    id 1
    label "?"
  ]
  node [
    id 2
    label "?"
  ]
  node [
    id 5
    label "Oslo"
  ]
  edge [
    source 0
    target 1
    LinkLabel "<10 Gbps"
  ]
  edge [
    source 0
    target 1
  ]
  edge [
    source 1
    target 2
  ]
]
