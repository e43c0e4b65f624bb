graph [
  node [ id 1 label "Rome" ]
  node [ id 3 label "random" ]
  edge [ source 1 target 3 ]
]
