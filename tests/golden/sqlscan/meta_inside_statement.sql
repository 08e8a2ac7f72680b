SELECT 1
  \g
