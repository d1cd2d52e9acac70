/* SPDX-License-Identifier: GPL-3.0-or-later
 * songfa-office PROGRAM FOLDER FORMAT TARGET: takes a document from standard input into the folder, gives
 * up all privileges, and becomes LibreOffice. It has a fresh profile in the folder, no network, no other
 * file to write, none of the office's to read, and cannot make a process. The result is FOLDER/out/in.TARGET. */
#include "songfa-build.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/cage.h"
#include "daemon/base/error.h"
#include "daemon/base/i18n.h"

enum { UNABLE = 70, MEGABYTE = 1 << 20 };

/* The leak checker cannot trace its process from within the cage. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

typedef struct {
    const char *program, *folder, *format, *target;
} Task;

static gboolean fail(GError **error, const char *what)
{
    g_set_error(error, SONGFA_ERROR, SONGFA_ERROR_IO, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* ---- the cage ---- */

/* Before anything else is done: what follows needs no more. */
static gboolean enter(const Task *task, GError **error)
{
    const CageKernel kernel = cage_kernel();
    g_autofree char *inside = g_path_get_dirname(task->program);
    g_autofree char *whole = g_path_get_dirname(inside);
    const char *const readable[] = {
        "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", "/etc/passwd", "/etc/nsswitch.conf",
        "/etc/locale.alias", "/etc/fonts", "/var/cache/fontconfig", "/etc/libreoffice", "/var/lib/libreoffice",
        "/var/spool/libreoffice", "/dev/null", "/dev/urandom",
        g_str_has_suffix(inside, "/program") ? whole : task->program, NULL};
    const CageRules rules = {
        .program = TRUE, .readable = readable, .writable = task->folder, .memory = (gsize)3 << 30, .cpu = 60,
        .file = (gsize)256 * MEGABYTE, .descriptors = 256,
    };
    if (!kernel.seccomp || kernel.landlock == 0) {
        g_set_error_literal(error, SONGFA_ERROR, SONGFA_ERROR_IO, "no seccomp or no landlock");
        return FALSE;
    }
    return cage_enter(&rules, error);
}

/* ---- what it finds ---- */

/* No macro is run, no link followed, whatever the document or a default of the package says. */
static const char settings[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"MacroSecurityLevel\" oor:op=\"fuse\"><value>3</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"DisableMacrosExecution\" oor:op=\"fuse\"><value>true</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
    "<prop oor:name=\"BlockUntrustedRefererLinks\" oor:op=\"fuse\"><value>true</value></prop></item>\n"
    "<item oor:path=\"/org.openoffice.Office.Writer/Content/Update\">"
    "<prop oor:name=\"Link\" oor:op=\"fuse\"><value>2</value></prop></item>\n"
    "</oor:items>\n";

/* A profile without the mark of this very build is made anew by a second start, which costs a second. */
static char *build_mark(const Task *task)
{
    g_autofree char *inside = g_path_get_dirname(task->program);
    g_autofree char *path = g_build_filename(inside, "setuprc", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    char *mark = g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL)
                     ? g_key_file_get_string(file, "Bootstrap", "buildid", NULL) : NULL;
    return mark != NULL ? mark : g_strdup("");
}

static gboolean write_file(const char *folder, const char *name, const char *data, gssize length, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_set_contents_full(path, data, length, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static gboolean make_profile(const Task *task, GError **error)
{
    g_autofree char *user = g_build_filename(task->folder, "profile", "user", NULL);
    g_autofree char *extensions = g_build_filename(user, "extensions", NULL);
    g_autofree char *out = g_build_filename(task->folder, "out", NULL);
    g_autofree char *mark = build_mark(task);
    if (g_file_test(user, G_FILE_TEST_IS_DIR))
        return TRUE; /* the second start */
    if (g_mkdir_with_parents(extensions, 0700) != 0 || g_mkdir(out, 0700) != 0)
        return fail(error, task->folder);
    return write_file(user, "registrymodifications.xcu", settings, -1, error) &&
           write_file(extensions, "buildid", mark, -1, error);
}

static gboolean take_document(const Task *task, const char *name, GError **error)
{
    struct stat info;
    if (fstat(STDIN_FILENO, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0)
        return fail(error, "standard input");
    void *data = mmap(NULL, (gsize)info.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    return data != MAP_FAILED ? write_file(task->folder, name, data, info.st_size, error)
                              : fail(error, "standard input");
}

/* ---- what it becomes ---- */

static char *joined(const char *before, const char *after)
{
    return g_strconcat(before, after, NULL);
}

/* Does not return when it succeeds. */
static gboolean become(const Task *task, const char *name, GError **error)
{
    g_autofree char *profile = g_build_filename(task->folder, "profile", NULL);
    g_autofree char *url = g_filename_to_uri(profile, NULL, NULL);
    g_autofree char *installation = joined("-env:UserInstallation=", url);
    g_autofree char *input = g_build_filename(task->folder, name, NULL);
    g_autofree char *out = g_build_filename(task->folder, "out", NULL);
    g_autofree char *home = joined("HOME=", task->folder), *temporary = joined("TMPDIR=", task->folder);
    char *argv[] = {(char *)task->program, installation, (char *)"-env:SecureUserConfig=false", (char *)"--headless",
                    (char *)"--norestore", (char *)"--convert-to", (char *)task->target, (char *)"--outdir", out, input,
                    NULL};
    char *environment[] = {home, temporary, (char *)"LC_ALL=C.UTF-8", (char *)"PATH=/usr/bin:/bin",
                           (char *)"SAL_USE_VCLPLUGIN=svp", (char *)"MALLOC_ARENA_MAX=2", NULL};
    execve(task->program, argv, environment);
    return fail(error, task->program);
}

static gboolean go(const Task *task, GError **error)
{
    g_autofree char *name = joined("in.", task->format);
    setsid(); /* killed as a group */
    return enter(task, error) && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && make_profile(task, error) &&
           take_document(task, name, error) && chdir(task->folder) == 0 && become(task, name, error);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    i18n_init();
    if (argc != 5)
        return 2;
    const Task task = {argv[1], argv[2], argv[3], argv[4]};
    if (!go(&task, &error))
        printf("%s\n", error != NULL ? error->message : g_strerror(errno));
    return UNABLE;
}
