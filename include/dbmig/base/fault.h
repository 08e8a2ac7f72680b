/*
 * Fault injection for the torture tests: with DBMIG_FAULT=<n> in the environment of a build made
 * with -DDBMIG_TORTURE, the nth call that passes a fault point fails as if the machine had failed
 * it. In other builds a fault point is the constant false.
 */
#ifndef DBMIG_BASE_FAULT_H
#define DBMIG_BASE_FAULT_H

#include <stdbool.h>

#ifdef DBMIG_TORTURE
/* True, with errno EIO, when this call is the one that must fail. */
bool fault_hit(const char *what);
#else
#define fault_hit(what) false
#endif

#endif
