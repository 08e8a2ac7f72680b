-- one
/* two /* nested */ */

  ;; -- don't