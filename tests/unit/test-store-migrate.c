/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stores of older programs: what they hold is there after the schema was brought up to date. */
#include "daemon/store/directory.h"
#include "tests/unit/store-fixture.h"

static void assert_list(char **got, const char *want)
{
    g_autofree char *text = g_strjoinv("|", got);
    g_assert_cmpstr(text, ==, want);
}

/* Ids of different kinds collided in these tables. */
static const char typed_tables[] =
    "INSERT INTO unit VALUES (1, 'party', NULL, 2), (2, 'street', 1, 1);"
    "INSERT INTO unit_name VALUES (1, 0, '样区委员会', '样区委员会'), (1, 1, '样区委', '样区委'), (1, 2, '区委', '区委'),"
    " (2, 0, '柳巷街道', '柳巷街道');"
    "INSERT INTO post VALUES (1, 2, '主任', '主任', 'deputy', '乡科级', 4);"
    "INSERT INTO person VALUES (1, '周样', '周样', ''), (5, '吴样', '吴样', '吴老');"
    "INSERT INTO tenure VALUES (1, 1, 5, '2020-01-01', '');"
    "INSERT INTO directory_group VALUES (1, '街道', '街道');"
    "INSERT INTO group_member VALUES (1, 0, 'kind:street'), (1, 1, '-unit:区委');"
    "INSERT INTO alias VALUES (1, '镇办', '镇办', 'sjxx');"
    "INSERT INTO alias_target VALUES (1, 0, 'group:街道');"
    "INSERT INTO mailbox VALUES (1, 2, NULL, NULL, 'a@example.test', 'email', 0, 0),"
    " (2, NULL, 1, NULL, 'b@example.test', 'both', 2, 1), (3, NULL, NULL, 5, '', 'paper', 1, 0);";

static gint64 add_person(Store *store, const char *name)
{
    GError *error = NULL;
    gint64 number = 0;
    const DirectoryPerson person = {.id = -1, .valid_from = "", .valid_to = "", .name = name, .salutation = ""};
    const StoreDirectoryEdit edit = {.kind = &directory_kinds[DIRECTORY_PERSON], .record = &person};
    const StoreDirectoryChange change = {.who = "li", .words = "test"};
    store_directory_change(store, &edit, 1, &change, NULL, &number, &error);
    g_assert_no_error(error);
    return number;
}

static void assert_mailbox(const Directory *directory, OwnerKind kind, gint64 owner, const char *address)
{
    g_autoptr(GPtrArray) mailboxes = directory_mailboxes(directory, kind, owner);
    g_assert_cmpuint(mailboxes->len, ==, 1);
    g_assert_cmpstr(((DirectoryMailbox *)mailboxes->pdata[0])->address, ==, address);
}

static void test_directory(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    store_fixture_old(fixture, 6, 6, typed_tables);
    g_autoptr(Directory) directory = store_directory_load(fixture->store, "2020-03-06", NULL, &error);
    g_assert_no_error(error);
    const DirectoryUnit *council = directory_unit(directory, "区委"), *street = directory_unit(directory, "柳巷街道");
    assert_list(council->short_names, "样区委|区委");
    g_assert_cmpint(council->order, ==, 2);
    g_assert_cmpint(street->parent_id, ==, council->id);
    const DirectoryPost *post = directory_post(directory, street, "主任");
    g_assert_cmpint(post->kind, ==, POST_DEPUTY);
    g_assert_cmpstr(post->rank, ==, "乡科级");
    g_autoptr(GPtrArray) holders = directory_holders(directory, post);
    const DirectoryPerson *wu = holders->pdata[0];
    g_assert_cmpstr(wu->salutation, ==, "吴老");
    assert_list(directory_group(directory, "街道")->members, "kind:street|-unit:区委");
    assert_list(directory_alias(directory, "镇办", "sjxx", NULL)->targets, "group:街道");
    assert_mailbox(directory, OWNER_UNIT, street->id, "a@example.test");
    assert_mailbox(directory, OWNER_POST, post->id, "b@example.test");
    assert_mailbox(directory, OWNER_PERSON, wu->id, "");
    g_assert_cmpint(store_fixture_number(fixture->store, "SELECT count(*) FROM directory_record"), ==, 11);
    g_assert_cmpint(add_person(fixture->store, "王样"), ==, 2); /* what was there counts as the first change */
    g_assert_false(store_directory_undo(fixture->store, 1, "li", NULL, &error));
}

static void test_empty_directory(StoreFixture *fixture, gconstpointer data)
{
    (void)data;
    store_fixture_old(fixture, 6, 6, "");
    g_assert_cmpint(add_person(fixture->store, "王样"), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STORE_TEST("/store/migrate/directory", test_directory);
    STORE_TEST("/store/migrate/empty-directory", test_empty_directory);
    return g_test_run();
}
