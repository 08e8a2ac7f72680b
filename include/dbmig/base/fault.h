/*
 * Fault and signal injection for the torture tests, in builds made with -DDBMIG_TORTURE alone. With
 * DBMIG_FAULT=<n> in the environment, the nth call that passes a fault point fails as if the machine
 * had failed it. With DBMIG_SIGNAL_AT=<n>, this process gets SIGTERM at the nth point where one
 * matters: these are the fault points and the signal points, counted together. In other builds a fault
 * point is the constant false, and a signal point is nothing.
 */
#ifndef DBMIG_BASE_FAULT_H
#define DBMIG_BASE_FAULT_H

#include <stdbool.h>

#ifdef DBMIG_TORTURE
/* True, with errno EIO, when this call is the one that must fail. */
bool fault_hit(const char *what);
void fault_signal_point(const char *what);
#else
#define fault_hit(what) false
#define fault_signal_point(what) ((void)0)
#endif

#endif
