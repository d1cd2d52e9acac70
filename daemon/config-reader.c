/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads a configuration file into structs as tables of fields say, over libconfig. */
#include "daemon/config-reader.h"

#include <inttypes.h>
#include <libconfig.h>
#include <string.h>

#include "daemon/base/i18n.h"
#include "daemon/config-text.h"
#include "daemon/base/address.h"

struct ConfigReader {
    const char *file;
    char *folder;
    const config_setting_t *group; /* the one being read */
    GHashTable *lines;
    GPtrArray *problems;
};

static void read_group(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigGroup *group, gpointer record);

void config_problem_add(GPtrArray *problems, const char *file, int line, gboolean warning,
                        char *message)
{
    ConfigProblem *problem = g_new0(ConfigProblem, 1);
    problem->file = g_strdup(file);
    problem->line = line;
    problem->warning = warning;
    problem->message = message;
    g_ptr_array_add(problems, problem);
}

static void G_GNUC_PRINTF(3, 4)
    complain(ConfigReader *reader, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    config_problem_add(reader->problems, reader->file, line, FALSE,
                       g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static int line_of(const config_setting_t *setting)
{
    return (int)config_setting_source_line(setting);
}

gboolean config_reader_given(const ConfigReader *reader, const char *key)
{
    return config_setting_get_member(reader->group, key) != NULL;
}

void config_reader_problem(ConfigReader *reader, const char *key, const char *format, ...)
{
    const config_setting_t *setting = config_setting_get_member(reader->group, key);
    va_list arguments;
    va_start(arguments, format);
    config_problem_add(reader->problems, reader->file,
                       line_of(setting != NULL ? setting : reader->group), FALSE,
                       g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void config_reader_check_host(ConfigReader *reader, const char *host)
{
    if (host[strspn(host, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".:-_")] != '\0')
        config_reader_problem(reader, "host",
                              _("“host”应只是主机名或 IP 地址，不带 smtp://、端口和空格"));
}

/* A number with a unit, "15m"; FALSE when it is none or runs over. */
static gboolean read_quantity(const char *text, const char *units, const gint64 *factors,
                              gint64 *value)
{
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, g_ascii_tolower(*end)) : NULL;
    if (!g_ascii_isdigit(*text) || unit == NULL || end[1] != '\0')
        return FALSE;
    gint64 factor = factors[unit - units];
    if (number > (guint64)(G_MAXINT64 / factor))
        return FALSE;
    *value = (gint64)number * factor;
    return TRUE;
}

static gboolean read_duration(const config_setting_t *setting, gint64 *value)
{
    static const gint64 factors[] = {1, 60, 3600, 86400};
    const char *text = config_setting_get_string(setting);
    if (text != NULL)
        return read_quantity(text, "smhd", factors, value);
    *value = config_setting_get_int64(setting);
    return config_setting_type(setting) == CONFIG_TYPE_INT64;
}

static gboolean read_size(const config_setting_t *setting, gint64 *value)
{
    static const gint64 factors[] = {1 << 10, 1 << 20, 1 << 30};
    const char *text = config_setting_get_string(setting);
    if (text != NULL)
        return read_quantity(text, "kmg", factors, value);
    *value = config_setting_get_int64(setting);
    return config_setting_type(setting) == CONFIG_TYPE_INT64;
}

static void store_integer(gpointer target, gsize size, gint64 value)
{
    if (size == sizeof(guint16))
        *(guint16 *)target = (guint16)value;
    else if (size == sizeof(gint32))
        *(gint32 *)target = (gint32)value;
    else
        *(gint64 *)target = value;
}

static void check_range(ConfigReader *reader, const config_setting_t *setting,
                        const ConfigField *field, gpointer target, gint64 value)
{
    if (value < field->min || value > field->max)
        complain(reader, line_of(setting),
                 _("“%s”的值 %" PRId64 " 超出范围，应在 %" PRId64
                   " 到 %" PRId64 " 之间"),
                 field->key, value, field->min, field->max);
    else
        store_integer(target, field->size, value);
}

static void read_number(ConfigReader *reader, const config_setting_t *setting,
                        const ConfigField *field, gpointer target)
{
    if (config_setting_type(setting) != CONFIG_TYPE_INT64)
        complain(reader, line_of(setting), _("“%s”应是整数，不加引号，例如 %s = %" PRId64 ";"),
                 field->key, field->key, field->min);
    else
        check_range(reader, setting, field, target, config_setting_get_int64(setting));
}

static void read_time(ConfigReader *reader, const config_setting_t *setting,
                      const ConfigField *field, gpointer target)
{
    gint64 value;
    if (!read_duration(setting, &value))
        complain(reader, line_of(setting),
                 _("“%s”应是时长：整数秒，或带单位 s、m、h、d 的文字，例如 \"15m\""), field->key);
    else
        check_range(reader, setting, field, target, value);
}

static void read_bytes(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigField *field, gpointer target)
{
    gint64 value;
    if (!read_size(setting, &value))
        complain(reader, line_of(setting),
                 _("“%s”应是大小：整数字节，或带单位 K、M、G 的文字，例如 \"32M\""), field->key);
    else
        check_range(reader, setting, field, target, value);
}

static gboolean has_control(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p))
            return TRUE;
    return FALSE;
}

/* The text of the setting, lent; NULL when it is not a usable one, which has been reported. */
static const char *plain_text(ConfigReader *reader, const config_setting_t *setting, const char *key)
{
    const char *text = config_setting_get_string(setting);
    if (text == NULL)
        complain(reader, line_of(setting), _("“%s”应是文字，要加双引号，例如 %s = \"…\";"), key, key);
    else if (*text == '\0')
        complain(reader, line_of(setting), _("“%s”是空的：请填写，或删去这一行"), key);
    else if (has_control(text))
        complain(reader, line_of(setting), _("“%s”里有换行或控制字符，请删去"), key);
    else
        return text;
    return NULL;
}

static void read_text(ConfigReader *reader, const config_setting_t *setting,
                      const ConfigField *field, gpointer target)
{
    const char *text = plain_text(reader, setting, field->key);
    if (text == NULL)
        return;
    g_free(*(char **)target);
    *(char **)target = g_strdup(text);
}

static void read_path(ConfigReader *reader, const config_setting_t *setting,
                      const ConfigField *field, gpointer target)
{
    const char *text = plain_text(reader, setting, field->key);
    if (text == NULL)
        return;
    g_free(*(char **)target);
    *(char **)target = g_canonicalize_filename(text, reader->folder);
}

static void read_secret(ConfigReader *reader, const config_setting_t *setting,
                        const ConfigField *field, gpointer target)
{
    const char *text = config_setting_get_string(setting);
    gboolean path = text != NULL && strchr(text, G_DIR_SEPARATOR) != NULL;
    (path ? read_path : read_text)(reader, setting, field, target);
}

static void read_address(ConfigReader *reader, const config_setting_t *setting,
                         const ConfigField *field, gpointer target)
{
    g_autoptr(GError) error = NULL;
    const char *text = plain_text(reader, setting, field->key);
    if (text == NULL)
        return;
    if (!address_check(text, &error))
        complain(reader, line_of(setting), _("“%s”不是可用的邮箱地址：%s"), field->key, error->message);
    else
        read_text(reader, setting, field, target);
}

static gboolean is_sequence(const config_setting_t *setting)
{
    return config_setting_is_array(setting) || config_setting_is_list(setting);
}

static void read_texts(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigField *field, gpointer target)
{
    if (!is_sequence(setting)) {
        complain(reader, line_of(setting), _("“%s”应是一列文字，例如 %s = [ \"…\", \"…\" ];"),
                 field->key, field->key);
        return;
    }
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *element = config_setting_get_elem(setting, (guint)i);
        const char *text = plain_text(reader, element, field->key);
        if (text != NULL)
            g_strv_builder_add(texts, text);
    }
    g_strfreev(*(char ***)target);
    *(char ***)target = g_strv_builder_end(texts);
}

static void read_clock(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigField *field, gpointer target)
{
    const char *text = plain_text(reader, setting, field->key);
    if (text != NULL && !hours_parse_clock(text, target))
        complain(reader, line_of(setting), _("“%s”应是钟点，例如 %s = \"08:30\";"), field->key, field->key);
}

static void read_hours(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigField *field, gpointer target)
{
    g_autoptr(GError) error = NULL;
    const char *text = plain_text(reader, setting, field->key);
    gboolean night = field->kind == CONFIG_NIGHT;
    if (text == NULL)
        return;
    if (night && strcmp(text, "none") == 0)
        *(Hours *)target = (Hours){0};
    else if (!hours_parse(text, night, target, &error))
        complain(reader, line_of(setting), _("“%s”：%s"), field->key, error->message);
}

static void read_durations(ConfigReader *reader, const config_setting_t *setting,
                           const ConfigField *field, gpointer target)
{
    GPtrArray *durations = *(GPtrArray **)target;
    if (!is_sequence(setting) || config_setting_length(setting) == 0) {
        complain(reader, line_of(setting), _("“%s”应是一列时长，例如 %s = [ \"1m\", \"15m\", \"1h\" ];"),
                 field->key, field->key);
        return;
    }
    g_ptr_array_set_size(durations, 0);
    for (int i = 0; i < config_setting_length(setting); i++) {
        gint32 seconds = 0;
        const ConfigField one = {.key = field->key, .size = sizeof seconds,
                                 .min = field->min, .max = field->max};
        read_time(reader, config_setting_get_elem(setting, (guint)i), &one, &seconds);
        g_ptr_array_add(durations, GINT_TO_POINTER(seconds));
    }
}

static void read_word(ConfigReader *reader, const config_setting_t *setting,
                      const ConfigField *field, gpointer target)
{
    const char *text = config_setting_get_string(setting);
    for (int i = 0; text != NULL && field->words[i] != NULL; i++)
        if (strcmp(text, field->words[i]) == 0) {
            store_integer(target, field->size, i);
            return;
        }
    g_autofree char *words = g_strjoinv("\"、\"", (char **)field->words);
    complain(reader, line_of(setting), _("“%s”只能是 \"%s\" 之一"), field->key, words);
}

static void read_flag(ConfigReader *reader, const config_setting_t *setting,
                      const ConfigField *field, gpointer target)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        complain(reader, line_of(setting), _("“%s”只能是 true 或 false，不加引号"), field->key);
    else
        *(gboolean *)target = config_setting_get_bool(setting) == CONFIG_TRUE;
}

static void read_inner_group(ConfigReader *reader, const config_setting_t *setting,
                             const ConfigField *field, gpointer target)
{
    if (!config_setting_is_group(setting))
        complain(reader, line_of(setting), _("“%s”应是一组设置，写作 %s = { … };"), field->key, field->key);
    else
        read_group(reader, setting, field->group, target);
}

static void read_groups(ConfigReader *reader, const config_setting_t *setting,
                        const ConfigField *field, gpointer target)
{
    GPtrArray *records = *(GPtrArray **)target;
    gboolean right = config_setting_is_list(setting) && config_setting_length(setting) > 0;
    for (int i = 0; right && i < config_setting_length(setting); i++)
        right = config_setting_is_group(config_setting_get_elem(setting, (guint)i)) != 0;
    if (!right) {
        complain(reader, line_of(setting), _("“%s”应列出至少一组设置，写作 %s = ( { … }, { … } );"),
                 field->key, field->key);
        return;
    }
    for (int i = 0; i < config_setting_length(setting); i++) {
        g_ptr_array_add(records, field->group->create());
        read_group(reader, config_setting_get_elem(setting, (guint)i), field->group,
                   g_ptr_array_index(records, records->len - 1));
    }
}

static void (*const read_kind[])(ConfigReader *, const config_setting_t *, const ConfigField *,
                                 gpointer) = {
    [CONFIG_TEXT] = read_text,           [CONFIG_PATH] = read_path,
    [CONFIG_SECRET] = read_secret,       [CONFIG_ADDRESS] = read_address,
    [CONFIG_TEXTS] = read_texts,         [CONFIG_WORD] = read_word,
    [CONFIG_FLAG] = read_flag,           [CONFIG_NUMBER] = read_number,
    [CONFIG_DURATION] = read_time,       [CONFIG_DURATIONS] = read_durations,
    [CONFIG_CLOCK] = read_clock,         [CONFIG_HOURS] = read_hours,
    [CONFIG_NIGHT] = read_hours,
    [CONFIG_SIZE] = read_bytes,          [CONFIG_GROUP] = read_inner_group,
    [CONFIG_GROUPS] = read_groups,
};

static void report_unknown(ConfigReader *reader, const config_setting_t *setting,
                           const ConfigGroup *group)
{
    const char *key = config_setting_name(setting);
    g_autoptr(GString) known = g_string_new(NULL);
    for (const ConfigField *field = group->fields; field->key != NULL; field++) {
        if (strcmp(field->key, key) == 0)
            return;
        g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", field->key);
    }
    complain(reader, line_of(setting), _("不认识的设置“%s”；这里可用的有：%s"), key, known->str);
}

static void read_group(ConfigReader *reader, const config_setting_t *setting,
                       const ConfigGroup *group, gpointer record)
{
    const config_setting_t *outer = reader->group;
    reader->group = setting;
    for (int i = 0; i < config_setting_length(setting); i++)
        report_unknown(reader, config_setting_get_elem(setting, (guint)i), group);
    for (const ConfigField *field = group->fields; field->key != NULL; field++) {
        const config_setting_t *member = config_setting_get_member(setting, field->key);
        gpointer target = (char *)record + field->offset;
        if (member != NULL) {
            g_hash_table_insert(reader->lines, target, GINT_TO_POINTER(line_of(member)));
            read_kind[field->kind](reader, member, field, target);
        } else if (field->required) {
            complain(reader, line_of(setting), _("缺少必需的设置“%s”"), field->key);
        }
    }
    if (group->check != NULL)
        group->check(reader, record);
    reader->group = outer;
}

static const char *explain(const char *text)
{
    static const char *const rows[][2] = {
        {"duplicate setting name", N_("同一个设置写了两次，请删去一个")},
        {"mismatched element type in array", N_("方括号里的各项须是同一种值；混用请改圆括号")},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_strcmp0(text, rows[i][0]) == 0)
            return _(rows[i][1]);
    return _("写法不对：请看这一行和上一行是否漏了分号、等号或引号，最后一项后面是否多了逗号");
}

gboolean config_reader_run(const char *file, const ConfigGroup *root, gpointer record,
                           GHashTable *lines, GPtrArray *problems)
{
    g_autofree char *path = g_canonicalize_filename(file, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    ConfigReader reader = {file, folder, NULL, lines, problems};
    g_autofree char *text = config_text_load(file, problems);
    if (text == NULL)
        return FALSE;
    config_t tree;
    config_init(&tree);
    gboolean ok = config_read_string(&tree, text) == CONFIG_TRUE;
    if (ok)
        read_group(&reader, config_root_setting(&tree), root, record);
    else
        complain(&reader, config_error_line(&tree), "%s", explain(config_error_text(&tree)));
    config_destroy(&tree);
    return ok;
}
