SELECT b.x, b.y, a.x, a.y, m.id FROM fresh.a a, fresh.b b, other.moved m;
