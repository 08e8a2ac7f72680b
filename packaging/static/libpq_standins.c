/*
 * Stand-ins for the functions that libpq.a takes from Kerberos and LDAP, of which Debian has no static
 * libraries. Each fails the way "nothing is configured" does: libpq then goes on without GSS
 * encryption, and a server that demands GSSAPI, or a service file that points to LDAP, gets an error
 * that says why. dbmig itself calls none of them. Types are those of the ABI (RFC 2744, RFC 1823);
 * what a stand-in does not look at is declared as a plain pointer.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    GSS_COMPLETE = 0,
    GSS_FAILURE = 13 << 16, /* GSS_S_FAILURE: "see the minor code" */
    LDAP_FAILED = -1,
};

typedef struct GssBuffer {
    size_t length;
    void *value;
} GssBuffer;

static char no_gssapi[] = "this build of dbmig has no GSSAPI (see 'dbmig version --verbose')";
static char no_ldap[] = "this build of dbmig has no LDAP (see 'dbmig version --verbose')";

/* An object identifier that libpq hands to gss_import_name() and to nothing else. */
extern void *GSS_C_NT_HOSTBASED_SERVICE;
void *GSS_C_NT_HOSTBASED_SERVICE;

uint32_t gss_acquire_cred(uint32_t *minor, void *name, uint32_t seconds, void *mechanisms, int usage,
                          void **ret, void *actual, uint32_t *actual_seconds);
uint32_t gss_delete_sec_context(uint32_t *minor, void **context, GssBuffer *token);
uint32_t gss_display_status(uint32_t *minor, uint32_t status, int type, void *mechanism,
                            uint32_t *more, GssBuffer *text);
uint32_t gss_import_name(uint32_t *minor, GssBuffer *text, void *type, void **ret);
uint32_t gss_init_sec_context(uint32_t *minor, void *credential, void **context, void *target,
                              void *mechanism, uint32_t flags, uint32_t seconds, void *bindings,
                              GssBuffer *input, void *actual, GssBuffer *output,
                              uint32_t *actual_flags, uint32_t *actual_seconds);
uint32_t gss_release_buffer(uint32_t *minor, GssBuffer *buffer);
uint32_t gss_release_cred(uint32_t *minor, void **credential);
uint32_t gss_release_name(uint32_t *minor, void **name);
uint32_t gss_unwrap(uint32_t *minor, void *context, GssBuffer *input, GssBuffer *output,
                    int *confidential, uint32_t *quality);
uint32_t gss_wrap(uint32_t *minor, void *context, int confidential, uint32_t quality,
                  GssBuffer *input, int *is_confidential, GssBuffer *output);
uint32_t gss_wrap_size_limit(uint32_t *minor, void *context, int confidential, uint32_t quality,
                             uint32_t output_size, uint32_t *input_size);

static uint32_t gss_fail(uint32_t *minor)
{
    *minor = 0;
    return GSS_FAILURE;
}

static uint32_t gss_done(uint32_t *minor)
{
    *minor = 0;
    return GSS_COMPLETE;
}

uint32_t gss_acquire_cred(uint32_t *minor, void *name, uint32_t seconds, void *mechanisms, int usage,
                          void **ret, void *actual, uint32_t *actual_seconds)
{
    (void)name, (void)seconds, (void)mechanisms, (void)usage, (void)actual, (void)actual_seconds;
    *ret = NULL;
    return gss_fail(minor);
}

uint32_t gss_delete_sec_context(uint32_t *minor, void **context, GssBuffer *token)
{
    (void)token;
    *context = NULL;
    return gss_done(minor);
}

uint32_t gss_display_status(uint32_t *minor, uint32_t status, int type, void *mechanism,
                            uint32_t *more, GssBuffer *text)
{
    (void)status, (void)type, (void)mechanism;
    *more = 0;
    *text = (GssBuffer){strlen(no_gssapi), no_gssapi};
    return gss_done(minor);
}

uint32_t gss_import_name(uint32_t *minor, GssBuffer *text, void *type, void **ret)
{
    (void)text, (void)type;
    *ret = NULL;
    return gss_fail(minor);
}

uint32_t gss_init_sec_context(uint32_t *minor, void *credential, void **context, void *target,
                              void *mechanism, uint32_t flags, uint32_t seconds, void *bindings,
                              GssBuffer *input, void *actual, GssBuffer *output,
                              uint32_t *actual_flags, uint32_t *actual_seconds)
{
    (void)credential, (void)context, (void)target, (void)mechanism, (void)flags, (void)seconds;
    (void)bindings, (void)input, (void)actual, (void)actual_flags, (void)actual_seconds;
    *output = (GssBuffer){0, NULL};
    return gss_fail(minor);
}

uint32_t gss_release_buffer(uint32_t *minor, GssBuffer *buffer)
{
    *buffer = (GssBuffer){0, NULL};
    return gss_done(minor);
}

uint32_t gss_release_cred(uint32_t *minor, void **credential)
{
    *credential = NULL;
    return gss_done(minor);
}

uint32_t gss_release_name(uint32_t *minor, void **name)
{
    *name = NULL;
    return gss_done(minor);
}

uint32_t gss_unwrap(uint32_t *minor, void *context, GssBuffer *input, GssBuffer *output,
                    int *confidential, uint32_t *quality)
{
    (void)context, (void)input, (void)confidential, (void)quality;
    *output = (GssBuffer){0, NULL};
    return gss_fail(minor);
}

uint32_t gss_wrap(uint32_t *minor, void *context, int confidential, uint32_t quality,
                  GssBuffer *input, int *is_confidential, GssBuffer *output)
{
    (void)context, (void)confidential, (void)quality, (void)input, (void)is_confidential;
    *output = (GssBuffer){0, NULL};
    return gss_fail(minor);
}

uint32_t gss_wrap_size_limit(uint32_t *minor, void *context, int confidential, uint32_t quality,
                             uint32_t output_size, uint32_t *input_size)
{
    (void)context, (void)confidential, (void)quality, (void)output_size;
    *input_size = 0;
    return gss_fail(minor);
}

void *ldap_init(const char *host, int port);
int ldap_count_entries(void *ldap, void *result);
char *ldap_err2string(int code);
void *ldap_first_entry(void *ldap, void *result);
void **ldap_get_values_len(void *ldap, void *entry, const char *attribute);
int ldap_msgfree(void *message);
int ldap_result(void *ldap, int id, int all, void *timeout, void **ret);
int ldap_search_st(void *ldap, const char *base, int scope, const char *filter, char **attributes,
                   int only_types, void *timeout, void **ret);
int ldap_set_option(void *ldap, int option, const void *value);
int ldap_simple_bind(void *ldap, const char *who, const char *password);
int ldap_unbind(void *ldap);
void ldap_value_free_len(void **values);

/* libpq stops here: "could not create LDAP structure". The rest is never reached. */
void *ldap_init(const char *host, int port)
{
    (void)host, (void)port;
    return NULL;
}

int ldap_count_entries(void *ldap, void *result)
{
    (void)ldap, (void)result;
    return LDAP_FAILED;
}

char *ldap_err2string(int code)
{
    (void)code;
    return no_ldap;
}

void *ldap_first_entry(void *ldap, void *result)
{
    (void)ldap, (void)result;
    return NULL;
}

void **ldap_get_values_len(void *ldap, void *entry, const char *attribute)
{
    (void)ldap, (void)entry, (void)attribute;
    return NULL;
}

int ldap_msgfree(void *message)
{
    (void)message;
    return 0;
}

int ldap_result(void *ldap, int id, int all, void *timeout, void **ret)
{
    (void)ldap, (void)id, (void)all, (void)timeout;
    *ret = NULL;
    return LDAP_FAILED;
}

int ldap_search_st(void *ldap, const char *base, int scope, const char *filter, char **attributes,
                   int only_types, void *timeout, void **ret)
{
    (void)ldap, (void)base, (void)scope, (void)filter, (void)attributes, (void)only_types;
    (void)timeout;
    *ret = NULL;
    return LDAP_FAILED;
}

int ldap_set_option(void *ldap, int option, const void *value)
{
    (void)ldap, (void)option, (void)value;
    return LDAP_FAILED;
}

int ldap_simple_bind(void *ldap, const char *who, const char *password)
{
    (void)ldap, (void)who, (void)password;
    return LDAP_FAILED;
}

int ldap_unbind(void *ldap)
{
    (void)ldap;
    return 0;
}

void ldap_value_free_len(void **values)
{
    (void)values;
}
