SELECT document, digits FROM loses; SELECT * FROM keeps;
