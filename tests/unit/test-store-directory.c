/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory in the store: records put, checked, loaded, removed, and what the audit log says. */
#include "daemon/store/directory.h"

#include <string.h>

#include "daemon/base/error.h"
#include "daemon/store/audit.h"
#include "tests/unit/store-fixture.h"

#define S(text) ((char *)(text))
#define LIST(...) ((char *[]){__VA_ARGS__, NULL})

static char *no_names[] = {NULL};

static gint64 must(gint64 id, GError *error)
{
    g_assert_no_error(error);
    g_assert_cmpint(id, >, 0);
    return id;
}

static gint64 unit(Store *store, const char *name, const char *short_name, const char *kind, gint64 parent)
{
    GError *error = NULL;
    const DirectoryUnit record = {.name = S(name), .short_names = short_name != NULL ? LIST(S(short_name)) : no_names,
                                  .kind = S(kind), .parent_id = parent, .order = 3};
    return must(store_unit_put(store, &record, "li", &error), error);
}

static gint64 post(Store *store, gint64 unit_id, const char *name, PostKind kind)
{
    GError *error = NULL;
    const DirectoryPost record = {.unit_id = unit_id, .name = S(name), .kind = kind, .rank = S("县处级"), .order = 1};
    return must(store_post_put(store, &record, "li", &error), error);
}

static gint64 person(Store *store, const char *name)
{
    GError *error = NULL;
    const DirectoryPerson record = {.name = S(name), .salutation = S("")};
    return must(store_person_put(store, &record, "li", &error), error);
}

static gint64 group(Store *store, const char *name, char **members)
{
    GError *error = NULL;
    const DirectoryGroup record = {.name = S(name), .members = members};
    return must(store_group_put(store, &record, "li", &error), error);
}

/* A small office; ids in the order in which they are made. */
typedef struct {
    gint64 council, office, street, secretary, deputy, zhou, wu, tenure, streets, leaders, mailbox;
} Office;

static Office fill(Store *store)
{
    GError *error = NULL;
    Office o;
    o.council = unit(store, "样区委员会", "样区委", "party", 0);
    o.office = unit(store, "样区委办公室", NULL, "party", o.council);
    o.street = unit(store, "柳巷街道办事处", "柳巷街道", "street", 0);
    o.secretary = post(store, o.council, "书记", POST_CHIEF);
    o.deputy = post(store, o.council, "副书记", POST_DEPUTY);
    o.zhou = person(store, "周样");
    o.wu = person(store, "吴样");
    const DirectoryTenure tenure = {.post_id = o.secretary, .person_id = o.zhou, .from = S("2020-01-01"), .to = S("")};
    o.tenure = must(store_tenure_put(store, &tenure, "li", &error), error);
    o.streets = group(store, "街道", LIST(S("kind:street"), S("-unit:柳巷街道")));
    o.leaders = group(store, "领导", LIST(S("rank:县处级"), S("post:样区委/书记"), S("group:街道"), S("person:周样")));
    const DirectoryAlias alias = {.text = S("区领导"), .series = S("sjxx"), .targets = LIST(S("group:领导"), S("posts:样区委"))};
    must(store_alias_put(store, &alias, "li", &error), error);
    const DirectoryMailbox mailbox = {.owner_kind = OWNER_POST, .owner_id = o.secretary, .address = S("sj@example.test"),
                                      .channel = CHANNEL_BOTH, .copies = 2, .suspended = TRUE};
    o.mailbox = must(store_mailbox_put(store, &mailbox, "li", &error), error);
    return o;
}

static gint64 audit_rows(Store *store)
{
    gint64 n = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(store_audit_verify(store, &n, &error));
    return n;
}

static void assert_list(char **got, const char *want)
{
    g_autofree char *text = g_strjoinv("|", got);
    g_assert_cmpstr(text, ==, want);
}

static void test_load(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    Office o = fill(fixture->store);
    g_autoptr(Directory) directory = store_directory_load(fixture->store, "2020-06-01", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(directory->date, ==, "2020-06-01");
    const DirectoryUnit *council = directory_unit(directory, "样区委"), *office = directory_unit_by_id(directory, o.office);
    g_assert_cmpint(council->id, ==, o.council);
    g_assert_cmpstr(council->name, ==, "样区委员会");
    assert_list(council->short_names, "样区委");
    g_assert_cmpstr(council->kind, ==, "party");
    g_assert_cmpint(office->parent_id, ==, o.council);
    g_assert_cmpint(office->order, ==, 3);
    assert_list(office->short_names, "");
    const DirectoryPost *deputy = directory_post(directory, council, "副书记");
    g_assert_cmpint(deputy->id, ==, o.deputy);
    g_assert_cmpint(deputy->kind, ==, POST_DEPUTY);
    g_assert_cmpstr(deputy->rank, ==, "县处级");
    g_autoptr(GPtrArray) holders = directory_holders(directory, directory_post(directory, council, "书记"));
    g_assert_cmpuint(holders->len, ==, 1);
    g_assert_cmpstr(((DirectoryPerson *)holders->pdata[0])->name, ==, "周样");
    assert_list(directory_group(directory, "领导")->members, "rank:县处级|post:样区委/书记|group:街道|person:周样");
    assert_list(directory_alias(directory, "区领导", "sjxx", NULL)->targets, "group:领导|posts:样区委");
    g_autoptr(GPtrArray) mailboxes = directory_mailboxes(directory, OWNER_POST, o.secretary);
    const DirectoryMailbox *mailbox = mailboxes->pdata[0];
    g_assert_cmpstr(mailbox->address, ==, "sj@example.test");
    g_assert_cmpint(mailbox->channel, ==, CHANNEL_BOTH);
    g_assert_cmpint(mailbox->copies, ==, 2);
    g_assert_true(mailbox->suspended);
    g_autoptr(Directory) before = store_directory_load(fixture->store, "2019-12-31", &error);
    g_autoptr(GPtrArray) nobody = directory_holders(before, directory_post_by_id(before, o.secretary));
    g_assert_cmpuint(nobody->len, ==, 0);
}

/* ---- what is refused; each row puts one record into the office ---- */

typedef struct {
    const char *name, *kind;
    gconstpointer record; /* ids below are those of fill() on a fresh store */
    SongfaError code;
    const char *want;
} Refusal;

#define ANY(kind)                                                                                     \
    static gint64 put_##kind(Store *store, gconstpointer record, GError **error)                     \
    {                                                                                                \
        return store_##kind##_put(store, record, "li", error);                                       \
    }
ANY(unit)
ANY(post)
ANY(person)
ANY(tenure)
ANY(group)
ANY(alias)
ANY(mailbox)

static gint64 put_any(Store *store, const char *kind, gconstpointer record, GError **error)
{
    static const struct { const char *kind; gint64 (*put)(Store *, gconstpointer, GError **); } verbs[] = {
        {"unit", put_unit}, {"post", put_post}, {"person", put_person}, {"tenure", put_tenure},
        {"group", put_group}, {"alias", put_alias}, {"mailbox", put_mailbox},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].kind, kind) == 0)
            return verbs[i].put(store, record, error);
    g_assert_not_reached();
}

#define UNIT(...) &(const DirectoryUnit){__VA_ARGS__}
#define POST(...) &(const DirectoryPost){__VA_ARGS__}
#define PERSON(...) &(const DirectoryPerson){.salutation = S(""), __VA_ARGS__}
#define TENURE(...) &(const DirectoryTenure){.post_id = o.deputy, .person_id = o.wu, __VA_ARGS__}
#define GROUP(...) &(const DirectoryGroup){__VA_ARGS__}
#define ALIAS(...) &(const DirectoryAlias){__VA_ARGS__}
#define MAILBOX(...) &(const DirectoryMailbox){.owner_kind = OWNER_UNIT, __VA_ARGS__}

static void test_refused(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    const Refusal rows[] = {
        {"name of another", "unit", UNIT(.name = S("样区委")), SONGFA_ERROR_CONFLICT, "单位“样区委员会”的名称或简称"},
        {"spaced name of another", "unit", UNIT(.name = S("样 区　委")), SONGFA_ERROR_CONFLICT, "样区委员会"},
        {"short name of another", "unit", UNIT(.name = S("新"), .short_names = LIST(S("柳巷街道"))),
         SONGFA_ERROR_CONFLICT, "柳巷街道办事处"},
        {"no name", "unit", UNIT(.name = S(" ")), SONGFA_ERROR_INPUT, "是空的"},
        {"unknown parent", "unit", UNIT(.name = S("新"), .parent_id = 99), SONGFA_ERROR_NOT_FOUND, "编号为 99 的单位"},
        {"own parent", "unit", UNIT(.id = o.council, .name = S("样区委员会"), .parent_id = o.council),
         SONGFA_ERROR_INPUT, "上级是它自己"},
        {"own grandparent", "unit", UNIT(.id = o.council, .name = S("样区委员会"), .parent_id = o.office),
         SONGFA_ERROR_INPUT, "上级是它自己"},
        {"unknown id", "unit", UNIT(.id = 99, .name = S("新")), SONGFA_ERROR_NOT_FOUND, "编号为 99"},
        {"renamed under a group", "unit", UNIT(.id = o.street, .name = S("新街道"), .kind = S("street")),
         SONGFA_ERROR_CONFLICT, "“街道”的“-unit:柳巷街道”"},
        {"last of its kind", "unit", UNIT(.id = o.street, .name = S("柳巷街道办事处"), .short_names = LIST(S("柳巷街道"))),
         SONGFA_ERROR_CONFLICT, "kind:street"},
        {"post twice", "post", POST(.unit_id = o.council, .name = S("书 记")), SONGFA_ERROR_CONFLICT, "职务“书 记”已有登记"},
        {"post of no unit", "post", POST(.unit_id = 99, .name = S("书记")), SONGFA_ERROR_NOT_FOUND, "编号为 99 的单位"},
        {"post renamed under a group", "post", POST(.id = o.secretary, .unit_id = o.council, .name = S("首任"), .rank = S("县处级")),
         SONGFA_ERROR_CONFLICT, "post:样区委/书记"},
        {"person twice", "person", PERSON(.name = S("周 样")), SONGFA_ERROR_CONFLICT, "加注单位"},
        {"no such day", "tenure", TENURE(.from = S("2021-02-29"), .to = S("")), SONGFA_ERROR_INPUT, "“2021-02-29”不是日期"},
        {"loose date", "tenure", TENURE(.from = S("2021-2-9"), .to = S("")), SONGFA_ERROR_INPUT, "不是日期"},
        {"ends before it begins", "tenure", TENURE(.from = S("2021-02-02"), .to = S("2021-02-01")),
         SONGFA_ERROR_INPUT, "晚于止日"},
        {"unknown holder", "tenure", &(const DirectoryTenure){.post_id = o.deputy, .person_id = 99, .from = S(""), .to = S("")},
         SONGFA_ERROR_NOT_FOUND, "编号为 99 的人员"},
        {"tenure twice", "tenure", &(const DirectoryTenure){.post_id = o.secretary, .person_id = o.zhou, .from = S("2020-01-01"), .to = S("2021-01-01")},
         SONGFA_ERROR_CONFLICT, "任职“2020-01-01”"},
        {"group twice", "group", GROUP(.name = S("领导")), SONGFA_ERROR_CONFLICT, "组“领导”"},
        {"unknown member", "group", GROUP(.name = S("新组"), .members = LIST(S("unit:柳巷街到"))),
         SONGFA_ERROR_INPUT, "柳巷街道"},
        {"unknown post", "group", GROUP(.name = S("新组"), .members = LIST(S("post:样区委/主席"))),
         SONGFA_ERROR_INPUT, "post:样区委/主席"},
        {"unknown notation", "group", GROUP(.name = S("新组"), .members = LIST(S("样区委"))), SONGFA_ERROR_INPUT, "写法不对"},
        {"itself", "group", GROUP(.name = S("新组"), .members = LIST(S("group:新组"))), SONGFA_ERROR_INPUT, "包含了自己"},
        {"through another", "group", GROUP(.id = o.streets, .name = S("街道"), .members = LIST(S("group:领导"))),
         SONGFA_ERROR_INPUT, "包含了自己"},
        {"alias twice", "alias", ALIAS(.text = S("区 领导"), .series = S("sjxx"), .targets = no_names),
         SONGFA_ERROR_CONFLICT, "别名"},
        {"unknown target", "alias", ALIAS(.text = S("新"), .targets = LIST(S("group:无"))),
         SONGFA_ERROR_INPUT, "group:无"},
        {"line break in address", "mailbox", MAILBOX(.owner_id = o.office, .address = S("a@example.test\r\nRCPT"), .channel = CHANNEL_EMAIL),
         SONGFA_ERROR_INPUT, "控制字符"},
        {"no address", "mailbox", MAILBOX(.owner_id = o.office, .address = S(""), .channel = CHANNEL_BOTH),
         SONGFA_ERROR_INPUT, "空的"},
        {"no copies", "mailbox", MAILBOX(.owner_id = o.office, .address = S(""), .channel = CHANNEL_PAPER, .copies = 0),
         SONGFA_ERROR_INPUT, "至少填 1"},
        {"no owner", "mailbox", MAILBOX(.owner_id = 99, .address = S("a@example.test"), .channel = CHANNEL_EMAIL),
         SONGFA_ERROR_NOT_FOUND, "编号为 99"},
        {"mailbox twice", "mailbox", &(const DirectoryMailbox){.owner_kind = OWNER_POST, .owner_id = o.secretary, .address = S("sj@example.test"), .channel = CHANNEL_EMAIL},
         SONGFA_ERROR_CONFLICT, "收件方式"},
    };
    gint64 audited = audit_rows(fixture->store);
    g_autoptr(GError) error = NULL;
    g_assert_true(store_begin(fixture->store, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GError) refused = NULL;
        g_assert_cmpint(put_any(fixture->store, rows[i].kind, rows[i].record, &refused), ==, 0);
        g_assert_error(refused, SONGFA_ERROR, (int)rows[i].code);
        g_test_message("%s", refused->message);
        g_assert_nonnull(strstr(refused->message, rows[i].want));
    }
    must(person(fixture->store, "郑样"), NULL); /* the transaction still stands */
    g_assert_true(store_commit(fixture->store, &error));
    g_assert_cmpint(audit_rows(fixture->store), ==, audited + 1); /* the refused left nothing behind */
    g_autoptr(Directory) directory = store_directory_load(fixture->store, NULL, &error);
    g_assert_cmpuint(directory->units->len, ==, 3);
    g_assert_cmpuint(directory->groups->len, ==, 2);
    assert_list(directory_group(directory, "街道")->members, "kind:street|-unit:柳巷街道");
    g_assert_cmpuint(directory->persons->len, ==, 3);
}

static void test_change(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    Office o = fill(fixture->store);
    gint64 audited = audit_rows(fixture->store);
    const DirectoryUnit renamed = {.id = o.council, .name = S("样区区委"), .short_names = LIST(S("样区委"), S("样 区委"), S("区委员会")),
                                   .kind = S("party"), .order = 9};
    g_assert_cmpint(store_unit_put(fixture->store, &renamed, "wang", &error), ==, o.council);
    g_assert_no_error(error);
    g_assert_cmpint(audit_rows(fixture->store), ==, audited + 1);
    g_autoptr(GPtrArray) log = store_audit_list(fixture->store, "unit:样区区委", 0, &error);
    g_assert_cmpuint(log->len, ==, 1);
    const StoreAudit *row = log->pdata[0];
    g_assert_cmpstr(row->who, ==, "wang");
    g_assert_cmpstr(row->action, ==, "unit.set");
    g_assert_cmpstr(row->before, ==, "{\"name\":\"样区委员会\",\"short_names\":[\"样区委\"],\"kind\":\"party\",\"parent_id\":0,\"order\":3}");
    g_assert_cmpstr(row->after, ==, "{\"name\":\"样区区委\",\"short_names\":[\"样区委\",\"区委员会\"],\"kind\":\"party\",\"parent_id\":0,\"order\":9}");

    g_assert_cmpint(store_unit_put(fixture->store, &renamed, "wang", &error), ==, o.council);
    g_assert_cmpint(audit_rows(fixture->store), ==, audited + 1); /* nothing changed, nothing logged */

    const DirectoryGroup fewer = {.id = o.leaders, .name = S("领导"), .members = LIST(S("person:吴样"))};
    g_assert_cmpint(store_group_put(fixture->store, &fewer, "wang", &error), ==, o.leaders);
    g_autoptr(Directory) directory = store_directory_load(fixture->store, NULL, &error);
    assert_list(directory_group(directory, "领导")->members, "person:吴样");
    g_assert_no_error(error);
}

static void test_audit_subjects(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct { const char *subject, *action; } rows[] = {
        {"unit:样区委办公室", "unit.add"}, {"post:样区委员会/书记", "post.add"},   {"person:周样", "person.add"},
        {"tenure:样区委员会/书记 周样", "tenure.add"}, {"group:领导", "group.add"}, {"alias:区领导", "alias.add"},
        {"mailbox:样区委员会/书记 sj@example.test", "mailbox.add"},
    };
    fill(fixture->store);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].subject);
        g_autoptr(GPtrArray) log = store_audit_list(fixture->store, rows[i].subject, 0, NULL);
        g_assert_cmpuint(log->len, ==, 1);
        g_assert_cmpstr(((StoreAudit *)log->pdata[0])->action, ==, rows[i].action);
        g_assert_null(((StoreAudit *)log->pdata[0])->before);
        g_assert_nonnull(((StoreAudit *)log->pdata[0])->after);
    }
}

static void test_remove(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    const struct { const char *table; gint64 id; SongfaError code; const char *want; } rows[] = {
        {"unit", o.council, SONGFA_ERROR_CONFLICT, "不能删除单位“样区委员会”：单位“样区委办公室”"},
        {"unit", o.street, SONGFA_ERROR_CONFLICT, "“街道”"},
        {"post", o.secretary, SONGFA_ERROR_CONFLICT, "任职“样区委员会/书记 周样”"},
        {"person", o.zhou, SONGFA_ERROR_CONFLICT, "任职“"},
        {"group", o.streets, SONGFA_ERROR_CONFLICT, "“领导”的“group:街道”"},
        {"group", o.leaders, SONGFA_ERROR_CONFLICT, "“区领导”的“group:领导”"},
        {"unit", 99, SONGFA_ERROR_NOT_FOUND, "编号为 99"},
        {"unit", o.office, 0, NULL},
        {"person", o.wu, 0, NULL},
        {"alias", 1, 0, NULL},
        {"group", o.leaders, 0, NULL},
        {"group", o.streets, 0, NULL},
        {"mailbox", o.mailbox, 0, NULL},
        {"tenure", o.tenure, 0, NULL},
        {"post", o.secretary, 0, NULL},
        {"person", o.zhou, 0, NULL},
        {"unit", o.street, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s %d", rows[i].table, (int)rows[i].id);
        g_autoptr(GError) error = NULL;
        gboolean removed = store_directory_remove(fixture->store, rows[i].table, rows[i].id, "wang", &error);
        if (rows[i].want == NULL) {
            g_assert_no_error(error);
            g_assert_true(removed);
            continue;
        }
        g_assert_false(removed);
        g_assert_error(error, SONGFA_ERROR, (int)rows[i].code);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, rows[i].want));
    }
    g_autoptr(GPtrArray) log = store_audit_list(fixture->store, "unit:柳巷街道办事处", 1, NULL);
    const StoreAudit *last = log->pdata[0];
    g_assert_cmpstr(last->action, ==, "unit.remove");
    g_assert_nonnull(strstr(last->before, "柳巷街道"));
    g_assert_null(last->after);
    g_autoptr(Directory) directory = store_directory_load(fixture->store, NULL, NULL);
    g_assert_cmpuint(directory->units->len + directory->posts->len, ==, 2);
    g_assert_cmpuint(directory->groups->len + directory->persons->len + directory->mailboxes->len, ==, 0);
}

/* An import: many records in the caller's one transaction, seen only when it commits. */
static void test_import(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) other = store_open(fixture->path, FALSE, &error);
    g_assert_true(store_begin(fixture->store, &error));
    gint64 parent = unit(fixture->store, "大单位", NULL, "body", 0);
    for (int i = 0; i < 500; i++) {
        g_autofree char *name = g_strdup_printf("科室%d", i);
        unit(fixture->store, name, NULL, "body", parent);
    }
    g_autoptr(Directory) inside = store_directory_load(fixture->store, NULL, &error);
    g_assert_cmpuint(inside->units->len, ==, 501);
    g_autoptr(Directory) outside = store_directory_load(other, NULL, &error);
    g_assert_cmpuint(outside->units->len, ==, 0);
    g_assert_true(store_commit(fixture->store, &error));
    g_autoptr(Directory) after = store_directory_load(other, NULL, &error);
    g_assert_cmpuint(after->units->len, ==, 501);
    g_assert_true(store_begin(other, &error)); /* loading left no transaction open */
    store_rollback(other);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/directory/load", test_load);
    STORE_TEST("/store/directory/refused", test_refused);
    STORE_TEST("/store/directory/change", test_change);
    STORE_TEST("/store/directory/audit-subjects", test_audit_subjects);
    STORE_TEST("/store/directory/remove", test_remove);
    STORE_TEST("/store/directory/import", test_import);
    return g_test_run();
}
