/* SPDX-License-Identifier: GPL-3.0-or-later
 * The directory in the store: records changed, refused, loaded as of a day, taken back, and what
 * history and audit log say. */
#include "daemon/store/directory.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/store/audit.h"
#include "recipients/directory-field.h"
#include "tests/unit/directory-add.h"
#include "tests/unit/store-fixture.h"

#define TODAY "2020-03-06" /* of NOON */
#define LIST(...) ((char *[]){__VA_ARGS__, NULL})
#define S(text) ((char *)(text))
#define KIND(ID) (&directory_kinds[DIRECTORY_##ID])

/* Texts and lists that are not said are empty. */
static gpointer full(const DirectoryKind *kind, gpointer record)
{
    static char *none[] = {NULL};
    DirectoryRecord *head = record;
    head->valid_from = head->valid_to = "";
    for (guint i = 0; i < kind->n_fields; i++) {
        gpointer *place = directory_field_place(&kind->fields[i], record);
        if (directory_field_is_text(&kind->fields[i]) && *place == NULL)
            *place = S("");
        else if (directory_field_is_list(&kind->fields[i]) && *place == NULL)
            *place = none;
    }
    return record;
}

#define UNIT(...) full(KIND(UNIT), &(DirectoryUnit){__VA_ARGS__})
#define POST(...) full(KIND(POST), &(DirectoryPost){__VA_ARGS__})
#define PERSON(...) full(KIND(PERSON), &(DirectoryPerson){__VA_ARGS__})
#define TENURE(...) full(KIND(TENURE), &(DirectoryTenure){__VA_ARGS__})
#define STAND_IN(...) full(KIND(STAND_IN), &(DirectoryStandIn){__VA_ARGS__})
#define GROUP(...) full(KIND(GROUP), &(DirectoryGroup){__VA_ARGS__})
#define ALIAS(...) full(KIND(ALIAS), &(DirectoryAlias){__VA_ARGS__})
#define MAILBOX(...) full(KIND(MAILBOX), &(DirectoryMailbox){__VA_ARGS__})
#define PUT(ID, RECORD) {.kind = KIND(ID), .record = RECORD}
#define REMOVE(ID, number) {.kind = KIND(ID), .record = &(DirectoryRecord){.id = number}, .remove = TRUE}

static gboolean change(Store *store, const StoreDirectoryEdit *edits, gsize n, const char *from, gint64 *ids,
                       gint64 *number, GError **error)
{
    const StoreDirectoryChange what = {.who = "li", .words = "test", .from = from};
    return store_directory_change(store, edits, n, &what, ids, number, error);
}

/* One edit that must do; the number of its change. */
static gint64 must(Store *store, const StoreDirectoryEdit edit, const char *from)
{
    GError *error = NULL;
    gint64 number = 0;
    change(store, &edit, 1, from, NULL, &number, &error);
    g_assert_no_error(error);
    return number;
}
#define MUST(store, from, ...) must(store, (StoreDirectoryEdit)__VA_ARGS__, from)

/* A small office, made as one change. */
typedef struct {
    gint64 council, office, street, secretary, deputy, zhou, wu, tenure, streets, leaders, alias, mailbox;
} Office;

static Office fill(Store *store)
{
    clock_freeze(NOON);
    const StoreDirectoryEdit edits[] = {
        PUT(UNIT, UNIT(.id = -1, .name = "样区委员会", .short_names = LIST(S("样区委")), .kind = "party", .order = 3)),
        PUT(UNIT, UNIT(.id = -2, .name = "样区委办公室", .kind = "party", .parent_id = -1, .order = 3)),
        PUT(UNIT, UNIT(.id = -3, .name = "柳巷街道办事处", .short_names = LIST(S("柳巷街道")), .kind = "street")),
        PUT(POST, POST(.id = -4, .unit_id = -1, .name = "书记", .rank = "县处级", .order = 1)),
        PUT(POST, POST(.id = -5, .unit_id = -1, .name = "副书记", .kind = POST_DEPUTY, .rank = "县处级", .order = 1)),
        PUT(PERSON, PERSON(.id = -6, .name = "周样")),
        PUT(PERSON, PERSON(.id = -7, .name = "吴样")),
        PUT(TENURE, TENURE(.id = -8, .post_id = -4, .person_id = -6, .from = "2020-01-01")),
        PUT(GROUP, GROUP(.id = -9, .name = "街道", .members = LIST(S("kind:street"), S("-unit:柳巷街道")))),
        PUT(GROUP, GROUP(.id = -10, .name = "领导",
                         .members = LIST(S("rank:县处级"), S("post:样区委/书记"), S("group:街道"), S("person:周样")))),
        PUT(ALIAS, ALIAS(.id = -11, .text = "区领导", .series = "sjxx", .targets = LIST(S("group:领导"), S("posts:样区委")))),
        PUT(MAILBOX, MAILBOX(.id = -12, .owner_kind = OWNER_POST, .owner_id = -4, .address = "sj@example.test",
                             .channel = CHANNEL_BOTH, .copies = 2, .suspended = TRUE, .secretary = "郑样")),
    };
    Office office;
    GError *error = NULL;
    gint64 number = 0;
    G_STATIC_ASSERT(sizeof office == sizeof(gint64) * G_N_ELEMENTS(edits));
    change(store, edits, G_N_ELEMENTS(edits), NULL, (gint64 *)(gpointer)&office, &number, &error);
    g_assert_no_error(error);
    g_assert_cmpint(number, ==, 1);
    return office;
}

static Directory *load(Store *store, const char *date, const char *reach)
{
    GError *error = NULL;
    Directory *directory = store_directory_load(store, date, reach, &error);
    g_assert_no_error(error);
    return directory;
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
    Office o = fill(fixture->store);
    g_autoptr(Directory) directory = load(fixture->store, "2020-06-01", NULL);
    g_assert_cmpstr(directory->date, ==, "2020-06-01");
    const DirectoryUnit *council = directory_unit(directory, "样区委"), *office = directory_unit_by_id(directory, o.office);
    g_assert_cmpint(council->id, ==, o.council);
    g_assert_cmpint(council->change, ==, 1);
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
    g_assert_cmpstr(mailbox->secretary, ==, "郑样");
    g_autoptr(Directory) before = load(fixture->store, "2019-12-31", NULL);
    g_autoptr(GPtrArray) nobody = directory_holders(before, directory_post_by_id(before, o.secretary));
    g_assert_cmpuint(nobody->len, ==, 0);
}

/* Every field of every kind, so that a field that the schema lacks is found. */
static void test_fields(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    MUST(fixture->store, NULL,
         {.kind = KIND(STAND_IN), .record = STAND_IN(.id = -1, .person_id = o.zhou, .stand_in_id = o.wu,
                                                              .from = "2020-05-01", .to = "2020-05-31", .both = TRUE)});
    MUST(fixture->store, "",
         PUT(ALIAS, ALIAS(.id = o.alias, .text = "区领导", .office = "样区委", .targets = LIST(S("group:领导")))));
    g_autoptr(Directory) directory = load(fixture->store, "2020-03-06", NULL);
    const DirectoryStandIn *stand_in = directory->stand_ins->pdata[0];
    g_assert_cmpint(stand_in->person_id, ==, o.zhou);
    g_assert_cmpint(stand_in->stand_in_id, ==, o.wu);
    g_assert_cmpstr(stand_in->to, ==, "2020-05-31");
    g_assert_true(stand_in->both);
    const DirectoryAlias *alias = directory->aliases->pdata[0];
    g_assert_cmpstr(alias->office, ==, "样区委");
    g_assert_cmpstr(alias->series, ==, "");
}

/* ---- what is refused; each row is one edit of the office ---- */

typedef struct {
    const char *name;
    StoreDirectoryEdit edit;
    SongfaError code;
    const char *want;
} Refusal;

static void assert_refused(Store *store, const Refusal *row)
{
    g_test_message("%s", row->name);
    g_autoptr(GError) refused = NULL;
    g_assert_false(change(store, &row->edit, 1, NULL, NULL, NULL, &refused));
    g_test_message("%s", refused->message);
    g_assert_error(refused, SONGFA_ERROR, (int)row->code);
    g_assert_nonnull(strstr(refused->message, row->want));
}

static void test_refused(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    const Refusal rows[] = {
        {"name of another", PUT(UNIT, UNIT(.id = -1, .name = "样 区委")), SONGFA_ERROR_CONFLICT, "单位“样区委员会”（编号 1）"},
        {"unknown parent", PUT(UNIT, UNIT(.id = -1, .name = "新", .parent_id = 99)), SONGFA_ERROR_NOT_FOUND, "编号为 99 的单位"},
        {"own grandparent", PUT(UNIT, UNIT(.id = o.council, .name = "样区委员会", .short_names = LIST(S("样区委")), .parent_id = o.office)),
         SONGFA_ERROR_INPUT, "“样区委员会”→“样区委办公室”→“样区委员会”"},
        {"unknown id", PUT(UNIT, UNIT(.id = 99, .name = "新")), SONGFA_ERROR_NOT_FOUND, "编号为 99"},
        {"id of another kind", PUT(PERSON, PERSON(.id = o.council, .name = "新")), SONGFA_ERROR_NOT_FOUND, "的人员"},
        {"renamed under a group", PUT(UNIT, UNIT(.id = o.street, .name = "新街道", .kind = "street")),
         SONGFA_ERROR_CONFLICT, "组“街道”的“-unit:柳巷街道”自 " TODAY " 起"},
        {"last of its kind", PUT(UNIT, UNIT(.id = o.street, .name = "柳巷街道办事处", .short_names = LIST(S("柳巷街道")))),
         SONGFA_ERROR_CONFLICT, "kind:street"},
        {"two things", PUT(UNIT, UNIT(.id = o.street, .name = "新街道")), SONGFA_ERROR_CONFLICT, "有 2 处不对：\n"},
        {"person twice", PUT(PERSON, PERSON(.id = -1, .name = "周 样")), SONGFA_ERROR_CONFLICT, "加注单位"},
        {"tenure twice", PUT(TENURE, TENURE(.id = -1, .post_id = o.secretary, .person_id = o.zhou, .from = "2020-01-01", .to = "2021-01-01")),
         SONGFA_ERROR_CONFLICT, "任职“样区委员会/书记 周样”"},
        {"unknown member", PUT(GROUP, GROUP(.id = -1, .name = "新组", .members = LIST(S("unit:柳巷街到")))),
         SONGFA_ERROR_INPUT, "相近的有：柳巷街道"},
        {"new and unknown", PUT(GROUP, GROUP(.id = -1, .name = "新组", .members = LIST(S("group:无")))), SONGFA_ERROR_INPUT, "group:无"},
        {"no address", PUT(MAILBOX, MAILBOX(.id = -1, .owner_id = o.office, .channel = CHANNEL_EMAIL)), SONGFA_ERROR_INPUT, "邮箱"},
        {"reference to nothing new", PUT(POST, POST(.id = -1, .unit_id = -7, .name = "主任")), SONGFA_ERROR_INPUT, "没有一起提交"},
        {"a parent goes", REMOVE(UNIT, o.council), SONGFA_ERROR_CONFLICT, "单位“样区委办公室”引用的单位“样区委员会”自 " TODAY " 起"},
        {"a post goes", REMOVE(POST, o.secretary), SONGFA_ERROR_CONFLICT, "任职“样区委员会/书记 周样”"},
        {"a holder goes", REMOVE(PERSON, o.zhou), SONGFA_ERROR_CONFLICT, "引用的人员“周样”"},
        {"a group in a group goes", REMOVE(GROUP, o.streets), SONGFA_ERROR_CONFLICT, "组“领导”的“group:街道”"},
        {"a group of an alias goes", REMOVE(GROUP, o.leaders), SONGFA_ERROR_CONFLICT, "别名“区领导”的“group:领导”"},
        {"nothing goes", REMOVE(UNIT, 99), SONGFA_ERROR_NOT_FOUND, "编号为 99"},
    };
    gint64 audited = audit_rows(fixture->store);
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_refused(fixture->store, &rows[i]);
    g_assert_true(store_begin(fixture->store, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_refused(fixture->store, &rows[i]);
    MUST(fixture->store, NULL, PUT(PERSON, PERSON(.id = -1, .name = "郑样"))); /* the transaction still stands */
    g_assert_true(store_commit(fixture->store, &error));
    g_assert_cmpint(audit_rows(fixture->store), ==, audited + 1); /* the refused left nothing behind */
    g_autoptr(Directory) directory = load(fixture->store, NULL, NULL);
    g_assert_cmpuint(directory->units->len, ==, 3);
    g_assert_cmpuint(directory->groups->len, ==, 2);
    g_assert_cmpuint(directory->persons->len, ==, 3);
}

/* Trouble that was there before, as an older program may have left it, stands in nobody's way. */
static void test_old_trouble(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    store_fixture_sql(fixture->store, "UPDATE \"groups\" SET members = 'unit:无此单位' WHERE name = '街道';"
                                      "UPDATE mailboxes SET address = 'broken' WHERE change = 1;");
    const Refusal worse = {"adds to it", PUT(GROUP, GROUP(.id = -1, .name = "新组", .members = LIST(S("unit:也无")))),
                           SONGFA_ERROR_INPUT, "也无"};
    MUST(fixture->store, NULL, PUT(UNIT, UNIT(.id = o.council, .name = "样区委", .kind = "party")));
    MUST(fixture->store, NULL, PUT(UNIT, UNIT(.id = o.office, .name = "样区委办", .kind = "party", .parent_id = o.council)));
    assert_refused(fixture->store, &worse);
}

/* ---- days ---- */

/* The name of the unit on the day, "" = not there. */
static char *name_on(Store *store, gint64 id, const char *day)
{
    g_autoptr(Directory) directory = load(store, day, NULL);
    const DirectoryUnit *unit = directory_unit_by_id(directory, id);
    return g_strdup(unit != NULL ? unit->name : "");
}

static void assert_name(Store *store, gint64 id, const char *day, const char *want)
{
    g_autofree char *name = name_on(store, id, day);
    g_assert_cmpstr(name, ==, want);
}

static void test_days(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    MUST(fixture->store, NULL, PUT(UNIT, UNIT(.id = o.office, .name = "办公厅", .parent_id = o.council)));
    assert_name(fixture->store, o.office, "2020-03-05", "样区委办公室");
    assert_name(fixture->store, o.office, TODAY, "办公厅");
    MUST(fixture->store, "2021-01-01", REMOVE(UNIT, o.office));
    assert_name(fixture->store, o.office, "2020-12-31", "办公厅");
    assert_name(fixture->store, o.office, "2021-01-01", "");
    MUST(fixture->store, "2021-06-01", PUT(UNIT, UNIT(.id = -1, .name = "办公厅", .parent_id = o.council)));
    g_autoptr(Directory) gap = load(fixture->store, "2021-05-31", NULL), again = load(fixture->store, "2021-06-01", NULL);
    g_assert_null(directory_unit(gap, "办公厅"));
    g_assert_cmpint(directory_unit(again, "办公厅")->id, !=, o.office);

    /* what is new begins with what it rests on, or when its name is free, unless a day is asked for */
    const DirectoryUnit *late = directory_unit(again, "办公厅");
    MUST(fixture->store, NULL, PUT(POST, POST(.id = -1, .unit_id = late->id, .name = "主任")));
    g_autoptr(Directory) then = load(fixture->store, "2021-06-01", NULL);
    g_assert_cmpstr(directory_post(then, directory_unit(then, "办公厅"), "主任")->valid_from, ==, "2021-06-01");
    MUST(fixture->store, NULL, PUT(GROUP, GROUP(.id = -1, .name = "后来组", .members = LIST(S("post:办公厅/主任")))));
    g_autoptr(Directory) day_before = load(fixture->store, "2021-05-31", NULL);
    g_assert_null(directory_group(day_before, "后来组"));
    MUST(fixture->store, NULL, REMOVE(ALIAS, o.alias));
    MUST(fixture->store, NULL, PUT(ALIAS, ALIAS(.id = -1, .text = "区领导", .series = "sjxx", .targets = LIST(S("unit:样区委")))));
    g_autoptr(Directory) yesterday = load(fixture->store, "2020-03-05", NULL), today = load(fixture->store, NULL, NULL);
    assert_list(directory_alias(yesterday, "区领导", "sjxx", NULL)->targets, "group:领导|posts:样区委");
    assert_list(directory_alias(today, "区领导", "sjxx", NULL)->targets, "unit:样区委");
    const StoreDirectoryEdit early = PUT(POST, POST(.id = -1, .unit_id = late->id, .name = "副主任"));
    g_autoptr(GError) error = NULL;
    g_assert_false(change(fixture->store, &early, 1, "", NULL, NULL, &error));
    g_assert_nonnull(strstr(error->message, "到 2021-05-31 为止不在名录中"));
}

static void test_reach(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    MUST(fixture->store, NULL, PUT(MAILBOX, MAILBOX(.id = o.mailbox, .owner_kind = OWNER_POST, .owner_id = o.secretary,
                                                   .address = "new@example.test", .channel = CHANNEL_EMAIL)));
    static const struct { const char *date, *reach, *want; } rows[] = {
        {"2020-03-01", NULL, "sj@example.test"},
        {"2020-03-01", TODAY, "new@example.test"},
        {NULL, NULL, "new@example.test"},
        {TODAY, "2020-03-05", "sj@example.test"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Directory) directory = load(fixture->store, rows[i].date, rows[i].reach);
        g_autoptr(GPtrArray) mailboxes = directory_mailboxes(directory, OWNER_POST, o.secretary);
        g_assert_cmpuint(mailboxes->len, ==, 1);
        g_assert_cmpstr(((DirectoryMailbox *)mailboxes->pdata[0])->address, ==, rows[i].want);
    }
}

static void test_together(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    const StoreDirectoryEdit edits[] = {
        PUT(UNIT, UNIT(.id = o.street, .name = "新街道办事处", .kind = "street")),
        PUT(GROUP, GROUP(.id = o.streets, .name = "街道", .members = LIST(S("unit:新街道办事处")))),
        REMOVE(ALIAS, o.alias),
        REMOVE(TENURE, o.tenure),
    };
    GError *error = NULL;
    gint64 number = 0, ids[G_N_ELEMENTS(edits)];
    change(fixture->store, edits, G_N_ELEMENTS(edits), NULL, ids, &number, &error);
    g_assert_no_error(error);
    g_assert_cmpint(number, ==, 2);
    g_assert_cmpint(ids[0], ==, o.street);
    g_autoptr(Directory) past = load(fixture->store, "2020-03-05", NULL), now = load(fixture->store, NULL, NULL);
    assert_list(directory_group(past, "街道")->members, "kind:street|-unit:柳巷街道");
    assert_list(directory_group(now, "街道")->members, "unit:新街道办事处");
    g_assert_nonnull(directory_alias(past, "区领导", "sjxx", NULL));
    g_assert_null(directory_alias(now, "区领导", "sjxx", NULL));
    g_autoptr(GPtrArray) were = directory_holders(past, directory_post_by_id(past, o.secretary));
    g_autoptr(GPtrArray) are = directory_holders(now, directory_post_by_id(now, o.secretary));
    g_assert_cmpuint(were->len, ==, 1);
    g_assert_cmpuint(are->len, ==, 0);
}

/* ---- audit log and history ---- */

static void test_audit(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct { const char *subject, *action; } rows[] = {
        {"unit:样区委办公室", "unit.add"}, {"post:样区委员会/书记", "post.add"},   {"person:周样", "person.add"},
        {"tenure:样区委员会/书记 周样", "tenure.add"}, {"group:领导", "group.add"}, {"alias:区领导", "alias.add"},
        {"mailbox:样区委员会/书记 sj@example.test", "mailbox.add"},
    };
    Office o = fill(fixture->store);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].subject);
        g_autoptr(GPtrArray) log = store_audit_list(fixture->store, rows[i].subject, 0, NULL);
        g_assert_cmpuint(log->len, ==, 1);
        g_assert_cmpstr(((StoreAudit *)log->pdata[0])->action, ==, rows[i].action);
        g_assert_null(((StoreAudit *)log->pdata[0])->before);
        g_assert_nonnull(((StoreAudit *)log->pdata[0])->after);
    }
    gint64 audited = audit_rows(fixture->store);
    const StoreDirectoryEdit edit = PUT(PERSON, PERSON(.id = o.wu, .name = "吴样", .salutation = "吴主任"));
    g_assert_cmpint(must(fixture->store, edit, NULL), ==, 2);
    g_assert_cmpint(must(fixture->store, edit, NULL), ==, 0); /* nothing changed, nothing logged */
    g_assert_cmpint(audit_rows(fixture->store), ==, audited + 1);
    g_autoptr(GPtrArray) log = store_audit_list(fixture->store, "person:吴样", 1, NULL);
    const StoreAudit *row = log->pdata[0];
    g_assert_cmpstr(row->who, ==, "li");
    g_assert_cmpstr(row->action, ==, "person.set");
    g_assert_cmpstr(row->before, ==,
                    "[{\"id\":7,\"valid_from\":\"\",\"valid_to\":\"\",\"fields\":{\"name\":\"吴样\",\"salutation\":\"\"}}]");
    g_assert_cmpstr(row->after, ==,
                    "[{\"id\":7,\"valid_from\":\"\",\"valid_to\":\"2020-03-05\",\"fields\":{\"name\":\"吴样\",\"salutation\":\"\"}},"
                    "{\"id\":7,\"valid_from\":\"2020-03-06\",\"valid_to\":\"\",\"fields\":{\"name\":\"吴样\",\"salutation\":\"吴主任\"}}]");
    MUST(fixture->store, "", REMOVE(PERSON, o.wu));
    g_autoptr(GPtrArray) last = store_audit_list(fixture->store, "person:吴样", 1, NULL);
    g_assert_cmpstr(((StoreAudit *)last->pdata[0])->action, ==, "person.remove");
    g_assert_null(((StoreAudit *)last->pdata[0])->after);
}

static void test_history(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    clock_freeze(NOON + CLOCK_SECOND);
    MUST(fixture->store, "2020-04-01", PUT(UNIT, UNIT(.id = o.office, .name = "办公厅", .parent_id = o.council)));
    MUST(fixture->store, NULL, PUT(PERSON, PERSON(.id = -1, .name = "王样")));
    const struct { const char *name; StoreDirectoryFilter filter; const char *numbers; guint rows; } rows[] = {
        {"all", {0}, "3 2 1 ", 14},
        {"one", {.number = 2}, "2 ", 1},
        {"newest", {.limit = 1}, "3 ", 1},
        {"of a record", {.record = o.office}, "2 1 ", 2},
        {"by its old name", {.subject = "unit:样区委办公室"}, "2 1 ", 2},
        {"by its new name", {.subject = "unit:办公厅"}, "2 1 ", 2},
        {"by no name", {.subject = "unit:无"}, "", 0},
        {"since", {.since = NOON + 1}, "3 2 ", 2},
        {"until", {.until = NOON + 1}, "1 ", 12},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(GPtrArray) entries = store_directory_history(fixture->store, &rows[i].filter, NULL);
        g_autoptr(GPtrArray) found = store_directory_rows(fixture->store, &rows[i].filter, NULL);
        g_autoptr(GString) numbers = g_string_new(NULL);
        for (guint e = 0; e < entries->len; e++)
            g_string_append_printf(numbers, "%d ", (int)((StoreDirectoryEntry *)entries->pdata[e])->number);
        g_assert_cmpstr(numbers->str, ==, rows[i].numbers);
        g_assert_cmpuint(found->len, ==, rows[i].rows);
    }
    const StoreDirectoryFilter second = {.number = 2};
    g_autoptr(GPtrArray) entries = store_directory_history(fixture->store, &second, NULL);
    const StoreDirectoryEntry *entry = entries->pdata[0];
    g_assert_cmpstr(entry->who, ==, "li");
    g_assert_cmpstr(entry->words, ==, "test");
    g_assert_cmpstr(entry->from, ==, "2020-04-01");
    g_assert_cmpint(entry->n_records, ==, 1);
    const StoreDirectoryFilter third = {.number = 3};
    g_autoptr(GPtrArray) found = store_directory_rows(fixture->store, &third, NULL);
    const StoreDirectoryRow *row = found->pdata[0];
    g_assert_true(row->kind == KIND(PERSON));
    g_assert_cmpstr(row->subject, ==, "person:王样");
    g_assert_cmpstr(row->before, ==, "[]");
}

/* ---- taken back ---- */

static void undo(Store *store, gint64 number, gint64 want)
{
    GError *error = NULL;
    gint64 taken = 0;
    store_directory_undo(store, number, "wang", &taken, &error);
    g_assert_no_error(error);
    g_assert_cmpint(taken, ==, want);
}

static void assert_not_undone(Store *store, gint64 number, SongfaError code, const char *want)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(store_directory_undo(store, number, "wang", NULL, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, SONGFA_ERROR, (int)code);
    g_assert_nonnull(strstr(error->message, want));
}

static gint64 undone_by(Store *store, gint64 number)
{
    const StoreDirectoryFilter filter = {.number = number};
    g_autoptr(GPtrArray) entries = store_directory_history(store, &filter, NULL);
    return ((StoreDirectoryEntry *)entries->pdata[0])->undone_by;
}

static void test_undo(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Store *store = fixture->store;
    Office o = fill(store);
    MUST(store, NULL, PUT(UNIT, UNIT(.id = o.office, .name = "办公厅", .parent_id = o.council)));
    undo(store, 2, 3);
    assert_name(store, o.office, TODAY, "样区委办公室");
    g_assert_cmpint(undone_by(store, 2), ==, 3);
    assert_not_undone(store, 2, SONGFA_ERROR_CONFLICT, "单位“办公厅”（第 3 号改动，wang 于");
    undo(store, 3, 4); /* the undo taken back */
    assert_name(store, o.office, TODAY, "办公厅");
    g_assert_cmpint(undone_by(store, 2), ==, 0);
    g_assert_cmpint(undone_by(store, 3), ==, 4);
    undo(store, 2, 5); /* and the change once more */
    assert_name(store, o.office, TODAY, "样区委办公室");

    MUST(store, "", REMOVE(ALIAS, o.alias)); /* 6 */
    undo(store, 6, 7);
    g_autoptr(Directory) directory = load(store, NULL, NULL);
    g_assert_cmpint(directory_alias(directory, "区领导", "sjxx", NULL)->id, ==, o.alias);

    MUST(store, NULL, PUT(UNIT, UNIT(.id = -1, .name = "科室", .parent_id = o.council))); /* 8 */
    MUST(store, NULL, PUT(GROUP, GROUP(.id = -1, .name = "科室组", .members = LIST(S("unit:科室"))))); /* 9 */
    assert_not_undone(store, 8, SONGFA_ERROR_CONFLICT, "组“科室组”的“unit:科室”");
    assert_not_undone(store, 8, SONGFA_ERROR_CONFLICT, "（第 9 号改动，li 于");
    assert_not_undone(store, 99, SONGFA_ERROR_NOT_FOUND, "第 99 号");
    assert_not_undone(store, 0, SONGFA_ERROR_NOT_FOUND, "第 0 号");
    undo(store, 9, 10);
    undo(store, 8, 11);
    undo(store, 1, 12); /* the whole office: nothing that it wrote differs */
    g_autoptr(Directory) empty = store_directory_load_all(store, NULL);
    g_assert_cmpuint(empty->units->len + empty->groups->len + empty->mailboxes->len, ==, 0);
    audit_rows(store);
}

/* ---- several at once ---- */

static void test_seen(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    Office o = fill(fixture->store);
    MUST(fixture->store, NULL, {.kind = KIND(PERSON), .record = PERSON(.id = o.wu, .name = "吴样", .salutation = "吴老"), .seen = 1});
    const Refusal late = {"seen before",
                          {.kind = KIND(PERSON), .record = PERSON(.id = o.wu, .name = "吴样"), .seen = 1},
                          SONGFA_ERROR_CONFLICT, "人员“吴样”在你读取之后已被改动：li 于 2020-03-06"};
    assert_refused(fixture->store, &late);
    MUST(fixture->store, NULL, {.kind = KIND(PERSON), .record = PERSON(.id = o.wu, .name = "吴样"), .seen = 2});
    const Refusal ahead = {"not made yet",
                           {.kind = KIND(PERSON), .record = PERSON(.id = o.wu, .name = "吴大"), .seen = 4},
                           SONGFA_ERROR_INPUT, "最新是第 3 号"};
    assert_refused(fixture->store, &ahead);
    MUST(fixture->store, NULL, PUT(PERSON, PERSON(.id = o.zhou, .name = "周样", .salutation = "周老")));
}

/* Many records in the caller's one transaction, seen only when it commits. */
static void test_transaction(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) other = store_open(fixture->path, FALSE, &error);
    enum { N = 500 };
    g_autofree StoreDirectoryEdit *edits = g_new0(StoreDirectoryEdit, N);
    g_autoptr(Directory) made = directory_new("");
    for (int i = 0; i < N; i++) {
        DirectoryUnit *unit = directory_add_unit(made);
        g_autofree char *name = g_strdup_printf("科室%d", i);
        directory_set_text(made, &unit->name, name);
        unit->id = -1 - i;
        unit->parent_id = i > 0 ? -1 : 0;
        edits[i] = (StoreDirectoryEdit)PUT(UNIT, unit);
    }
    g_assert_true(store_begin(fixture->store, &error));
    g_assert_true(change(fixture->store, edits, N, NULL, NULL, NULL, &error));
    g_autoptr(Directory) inside = load(fixture->store, NULL, NULL), outside = load(other, NULL, NULL);
    g_assert_cmpuint(inside->units->len, ==, N);
    g_assert_cmpuint(outside->units->len, ==, 0);
    g_assert_true(store_commit(fixture->store, &error));
    g_autoptr(Directory) after = load(other, NULL, NULL);
    g_assert_cmpuint(after->units->len, ==, N);
    g_assert_true(store_begin(other, &error)); /* loading left no transaction open */
    store_rollback(other);
}

/* Threads that change at the same time: each change is judged by what is really there. */
static gpointer add_units(gpointer data)
{
    GError *error = NULL;
    g_autoptr(Store) store = store_open(data, FALSE, &error);
    guint added = 0;
    for (int i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("抢注%d", i);
        g_autoptr(GError) refused = NULL;
        const StoreDirectoryEdit edit = PUT(UNIT, UNIT(.id = -1, .name = name));
        if (change(store, &edit, 1, NULL, NULL, NULL, &refused))
            added++;
        else
            g_assert_error(refused, SONGFA_ERROR, SONGFA_ERROR_CONFLICT);
    }
    return GUINT_TO_POINTER(added);
}

static void test_at_once(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    GThread *threads[4];
    guint added = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("adds", add_units, fixture->path);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        added += GPOINTER_TO_UINT(g_thread_join(threads[i]));
    g_assert_cmpuint(added, ==, 20);
    g_autoptr(Directory) directory = load(fixture->store, NULL, NULL);
    g_assert_cmpuint(directory->units->len, ==, 20);
    g_assert_cmpint(audit_rows(fixture->store), ==, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/directory/load", test_load);
    STORE_TEST("/store/directory/fields", test_fields);
    STORE_TEST("/store/directory/refused", test_refused);
    STORE_TEST("/store/directory/old-trouble", test_old_trouble);
    STORE_TEST("/store/directory/days", test_days);
    STORE_TEST("/store/directory/reach", test_reach);
    STORE_TEST("/store/directory/together", test_together);
    STORE_TEST("/store/directory/audit", test_audit);
    STORE_TEST("/store/directory/history", test_history);
    STORE_TEST("/store/directory/undo", test_undo);
    STORE_TEST("/store/directory/seen", test_seen);
    STORE_TEST("/store/directory/transaction", test_transaction);
    STORE_TEST("/store/directory/at-once", test_at_once);
    return g_test_run();
}
