/* SPDX-License-Identifier: GPL-3.0-or-later
 * The configuration file, read by libconfig into the settings structs of the stages. Stages never
 * see this header: main, pipeline and songfactl hand them what they need. */
#ifndef SONGFA_CONFIG_H
#define SONGFA_CONFIG_H

#include <glib.h>

#include "daemon/config-parts.h"
#include "daemon/config-watch.h"
#include "daemon/config-checks.h"
#include "daemon/dispatch/relay.h"
#include "daemon/mailbox-settings.h"
#include "daemon/timing.h"

typedef enum {
    UNKNOWN_HOLD,              /* a clerk says whether a mail of unknown outcome is sent again */
    UNKNOWN_RESEND,            /* it is sent again once, after a while without a report */
    UNKNOWN_RESEND_BUT_LEADERS /* likewise, but not to leaders (resolve.h) */
} UnknownPolicy;

/* Whether a PDF goes with an original that could be edited. */
typedef enum {
    PDF_NONE,
    PDF_REQUIRED, /* where it cannot be made the issue waits for a clerk */
    PDF_OPTIONAL  /* where it cannot be made the original goes alone */
} PdfPolicy;

typedef struct {
    char *key;            /* ASCII, in identities and List-Id: sjxx */
    char *name;           /* shown: 上街信息 */
    char *title, *office, *number_form; /* recogniser, see issue/series.h */
    char *templates;      /* folder, absolute */
    ReleasePolicy release; /* who lets it go */
    TimingRules timing;    /* when it goes then */
    QuietSettings quiet;   /* where not given, those of the Config */
    RetrySettings retry;  /* where not given, those of the Config */
    UnknownPolicy unknown;
    int unknown_after;    /* seconds until it is sent again */
    PdfPolicy pdf;
    ConfigChecks checks;
    gboolean personal;    /* each recipient gets a mail of his own; FALSE: all get the same one */
    char **internal_domains; /* NULL-terminated; empty = none configured */
    int archive_copies, spare_copies;
} ConfigSeries;

typedef enum { DIALOGUES_ODD, DIALOGUES_ALL } ConfigDialogues;

typedef struct {
    char *file;
    char *spool, *store;
    char *clerk;          /* address */
    ConfigAnswers answers;
    char *templates;      /* default template set (key templates), absolute; for notices too */
    SenderSettings sender;
    RetrySettings retry;
    InboxSettings reports;
    MailboxSettings mailbox;
    ConfigDirectory directory;
    ConfigFailures failures;
    ConfigWeb web;
    ConfigAttachments attachments;
    GPtrArray *watches;   /* ConfigWatch */
    GPtrArray *relays;    /* RelaySettings */
    GPtrArray *domains;   /* DomainSettings */
    GPtrArray *series;    /* ConfigSeries */
    gint64 max_file_size; /* bytes */
    ConfigDialogues dialogues; /* which attempts leave their dialogue in the store */
    Hours working_hours;
    QuietSettings quiet;  /* when leaders get no mail */
    char *calendar;       /* the admin's folder of working days */
    gint64 overdue;       /* seconds without a daemon after which nothing is sent by itself */
    int notice_gap;       /* seconds between two notices on failures of one issue */
    GHashTable *lines;    /* address of a setting given in the file → its line */
} Config;

/* One thing wrong: place and what to do. */
typedef struct {
    char *file;
    int line; /* 0 = the file as a whole */
    gboolean warning; /* worth a look, but songfad can run */
    char *message;
} ConfigProblem;

/* Reads and checks the file: relative paths are taken from its folder. Every error and every
 * unknown key is appended to problems (ConfigProblem, created by the caller with
 * config_problem_free); NULL when there is any error. */
Config *config_load(const char *file, GPtrArray *problems);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
void config_problem_free(ConfigProblem *problem);

/* Beyond the text: folders exist and can be written, templates load, the store opens and its
 * directory is usable, password files are readable only by us. Appends to problems. */
void config_check(const Config *config, GPtrArray *problems);

/* Whether any of the problems is more than a warning. */
gboolean config_problems_are_fatal(const GPtrArray *problems);

/* The line that gave a setting (address of a member of config or its records), 0 when defaulted. */
int config_line(const Config *config, gconstpointer setting);

/* The watch entry of that folder, or of that sub-folder of one that has some; NULL when there is none. */
const ConfigWatch *config_watch(const Config *config, const char *folder);
/* The key of the series that what is handed in there is of: by the name of the sub-folder, else by the entry.
 * NULL = any, or no folder of ours. */
const char *config_folder_series(const Config *config, const char *folder);

/* The series of that key, or NULL. */
const ConfigSeries *config_series(const Config *config, const char *key);

/* For config_load(): the series take their times from the whole; a time that would never come is a problem. */
void config_timing_inherit(Config *config, const char *file, GPtrArray *problems);

/* The quiet hours by series key, all lent from config; caller unrefs. */
GHashTable *config_series_quiet(const Config *config);

/* Whether some series asks for working days; the files of them as they are now, problems as in calendar.h. */
gboolean config_uses_calendar(const Config *config);
Calendar *config_calendar(const Config *config, GPtrArray *problems);

/* The retry settings by series key, all lent from config; caller unrefs. */
GHashTable *config_series_retry(const Config *config);

#define CONFIG_DEFAULT_FILE "/etc/songfa/songfad.conf"

#endif
