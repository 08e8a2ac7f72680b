SELECT 'żółć'; SELECT 2; /* 漢字 */ SELECT 3;
	SELECT 4;