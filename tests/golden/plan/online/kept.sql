SELECT i.*, l.* FROM item i, line l;
