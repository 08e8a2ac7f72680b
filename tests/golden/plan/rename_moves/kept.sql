SELECT a.id, b.id, n, x FROM one.t a, two.t b, two.next, three.next
