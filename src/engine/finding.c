/* Names of severities. */
#include "dbmig/engine/finding.h"

#include "dbmig/base/fatal.h"

const char *severity_name(Severity severity)
{
    switch (severity) {
    case SEVERITY_OFF:
        return "off";
    case SEVERITY_INFO:
        return "info";
    case SEVERITY_WARNING:
        return "warning";
    case SEVERITY_ERROR:
        return "error";
    }
    BUG("no severity has the number %d", (int)severity);
}
