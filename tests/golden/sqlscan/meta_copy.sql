\copy t from file.csv
