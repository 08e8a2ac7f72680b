\restrict x \! ls
