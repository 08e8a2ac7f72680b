SELECT b.*, e.*, g.* FROM b, e, g
