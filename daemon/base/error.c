/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one GError domain and its exit codes. */
#include "daemon/base/error.h"

G_DEFINE_QUARK(songfa-error-quark, songfa_error)

int songfa_error_exit_code(const GError *error)
{
    if (error->domain != SONGFA_ERROR)
        return 3;
    switch ((SongfaError)error->code) {
    case SONGFA_ERROR_INPUT:
    case SONGFA_ERROR_CONFLICT:
    case SONGFA_ERROR_NOT_FOUND:
        return 1;
    case SONGFA_ERROR_USAGE:
        return 2;
    case SONGFA_ERROR_CONFIG:
    case SONGFA_ERROR_STORE:
    case SONGFA_ERROR_IO:
        return 3;
    }
    return 3;
}
