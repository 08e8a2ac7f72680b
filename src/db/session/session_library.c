/* What the libpq at hand can do, which depends on how it was built and linked. */
#include <libpq-fe.h>
#include <string.h>

#include "session_internal.h"

#ifndef DBMIG_STATIC
#include <dlfcn.h>
#endif

const char *session_library_version(Arena *arena)
{
    int version = PQlibVersion();
    return arena_printf(arena, "%d.%d", version / 10000, version % 10000);
}

/* Without GSSAPI the compiled-in default of gssencmode is "disable". A static build has stand-ins for
 * what its libpq takes from Kerberos and LDAP: packaging/static/libpq_standins.c. */
bool session_has_gssapi(void)
{
#ifdef DBMIG_STATIC
    return false;
#else
    PQconninfoOption *defaults = PQconndefaults();
    bool found = false;
    for (const PQconninfoOption *at = defaults; at != NULL && at->keyword != NULL; at++)
        if (strcmp(at->keyword, "gssencmode") == 0)
            found = at->compiled != NULL && strcmp(at->compiled, "disable") != 0;
    PQconninfoFree(defaults);
    return found;
#endif
}

bool session_has_ldap(void)
{
#ifdef DBMIG_STATIC
    return false;
#else
    return dlsym(RTLD_DEFAULT, "ldap_init") != NULL;
#endif
}
