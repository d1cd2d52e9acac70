/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resolver over the sample district: who gets it, why, and what is left for the clerk. Readings
 * are built by hand but for whole footers, which the line compiler reads. */
#include "recipients/resolve.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/directory-add.h"
#include "tests/unit/resolve-forms.h"
#include "tests/unit/sample-directory.h"

/* A footer read by the line compiler with the names of the directory, and resolved. */
static Resolution *resolve_text(const Directory *directory, const char *text)
{
    static const ResolveOptions options = {0};
    g_autofree LineNames *names = resolve_names(directory, NULL, NULL);
    g_autoptr(LineReading) reading = line_read(text, names);
    return resolve_reading(directory, reading, &options);
}

static void test_footers(void)
{
    static const struct { const char *expected, *date, *key, *text; int paper; } rows[] = {
        {"s01-s02-2020-03-06", "2020-03-06",
         "本期送: every 区/县处级领导 | 发: one 峡窝镇/负责同志; every 街道办事处/负责同志; "
         "every 区直单位/负责同志",
         "**本期送：区县处级领导**\n\n**发：峡窝镇、各街道办事处、区直各单位负责同志**\n", 79},
        {"s03-2020-04-16", "2020-04-16",
         "发放范围: one 区委/书记; one /区长; every 区委/常委; one 区人大常委会/主任; "
         "every 区人大常委会/副主任; every 区政府/副区长; one 区政协/主席; every 区政协/副主席; "
         "one 产业集聚区管委会; one 新城办; one 通航试验区管委会; one 峡窝镇; every 街道办事处; "
         "every 区直单位",
         "发放范围：区委书记，区长，区委常委，区人大常委会主任、副主任，区政府副区长，区政协主席、"
         "副主席，产业集聚区管委会，新城办，通航试验区管委会，峡窝镇，各街道办事处，区直各单位。\n",
         123},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].expected);
        g_autoptr(Directory) directory = sample_directory(rows[i].date);
        g_autoptr(Resolution) by_key = resolve(directory, rows[i].key, NULL);
        assert_as_expected(rows[i].expected, by_key);
        g_assert_cmpint(by_key->paper_copies, ==, rows[i].paper);
        g_autoptr(Resolution) by_text = resolve_text(directory, rows[i].text);
        assert_as_expected(rows[i].expected, by_text);
    }
}

/* Footers whose reading depends on the names of the directory. */
static void test_texts(void)
{
    static const struct { const char *name, *text, *want; } rows[] = {
        {"alias with class words", "发：各镇（办）（2份）",
         "xiawo jiyuanlu zhongxinlu xinanlu gongyelu kuangshan 上街区峡窝镇*2 上街区济源路街道*2 "
         "上街区中心路街道*2 上街区新安路街道*2 上街区工业路街道*2 上街区矿山街道*2"},
        {"alias of a collective", "抄送：区四大班子办公室。", "qwb qrdb qzfb qzxb 中共上街区委办公室*5 "
         "上街区人民代表大会常务委员会办公室*3 上街区人民政府办公室*5 中国人民政治协商会议上街区委员会办公室*3"},
        {"name with a stop inside", "送：中共上街区纪律检查委员会、上街区监察委员会、区审计局",
         "qjwjw qsjj 中共上街区纪律检查委员会、上街区监察委员会*3 上街区审计局*2"},
        {"exception", "发：各街道办事处（矿山街道、工业办、新安办除外）",
         "jiyuanlu zhongxinlu 上街区济源路街道*4 上街区中心路街道*4"},
        {"no such town", "发：峡窝镇、上街镇",
         "xiawo 上街区峡窝镇*4 !unknown-name:上街镇[上街区委|上街区峡窝镇|上街区委办]"},
        {"part not said", "送：区委；发：有关街道办事处", "qwb !unspecified:有关街道办事处[]"},
    };
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Resolution) resolution = resolve_text(directory, rows[i].text);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

/* 区领导 reaches further in the word of the one office than of the other. */
static void test_offices(void)
{
    static const struct { const char *office; gboolean procurator; guint unresolved; } rows[] = {
        {"中共上街区委办公室", TRUE, 0}, {"上街区地方史志办公室", FALSE, 0}, {"上街区审计局", FALSE, 1}};
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].office);
        ResolveOptions options = {.office = rows[i].office};
        g_autoptr(Resolution) resolution = resolve(directory, "送: every 区领导", &options);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpint(strstr(got, "fangzhengze") != NULL, ==, rows[i].procurator);
        g_assert_cmpuint(resolution->unresolved->len, ==, rows[i].unresolved);
    }
}

/* Over the sample district on 2020-03-06. */
static void test_terms(void)
{
    static const struct { const char *name, *key, *want; } rows[] = {
        {"unit at its office", "送: one 区统计局", "qtjj 上街区统计局*2"},
        {"two forms of one unit", "送: one 区科工局; one 区科工信局", "qkgxj 上街区科技工业和信息化局*2"},
        {"branch of the city", "送: one 市生态环境局上街分局", "shjfj 郑州市生态环境局上街分局*2"},
        {"not a street", "发: one 新城办", "xcb 上街区新城办公室*3"},
        {"alias", "发: every 镇办",
         "xiawo jiyuanlu zhongxinlu xinanlu gongyelu kuangshan 上街区峡窝镇*4 上街区济源路街道*4 "
         "上街区中心路街道*4 上街区新安路街道*4 上街区工业路街道*4 上街区矿山街道*4"},
        {"class words", "发: every 镇*2; every 办*1",
         "xiawo jiyuanlu zhongxinlu xinanlu gongyelu kuangshan 上街区峡窝镇*2 上街区济源路街道*1 "
         "上街区中心路街道*1 上街区新安路街道*1 上街区工业路街道*1 上街区矿山街道*1"},
        {"largest count of the reasons", "发: one 峡窝镇*3; every 镇*5 | 送: one 峡窝镇*1",
         "xiawo 上街区峡窝镇*5"},
        {"printed count before the directory's", "发: one 峡窝镇*1", "xiawo 上街区峡窝镇*1"},
        {"printed count of one reason, none of the other", "发: one 区人社局*1; one 区人社局/局长",
         "qrsj 上街区人力资源和社会保障局*1"},
        {"two units on one address", "送: one 区委; one 区委办", "qwb 中共上街区委办公室*5"},
        {"holder", "送: one 区委/书记", "qwsj 周明远*2"},
        {"lone post in a chief body", "送: one /区长", "xuwenqing 许文清*2"},
        {"lone post of several", "送: one /局长",
         "!unknown-name:局长[区委老干部局局长|区督查局局长|区教体局局长|区科工信局局长|区公安局局长]"},
        {"lone post of two chief bodies", "送: one /主任",
         "!unknown-name:主任[区委办主任|区人大常委会主任|区人大常委会办主任|区政府办主任|区发改委主任]"},
        {"lone post of nobody", "送: one /州长", "!unknown-name:州长[区长|镇长]"},
        {"chief of a bureau", "送: one 区统计局/主要负责人", "qtjj 上街区统计局*2"},
        {"no chief: the office", "送: one 区教体局/负责同志", "qjtj 上街区教育体育局*2"},
        {"first chief only", "送: one 新安路街道/主要负责同志", "muyuanzhou"},
        {"leaders", "送: every 峡窝镇/领导", "houwangshu"},
        {"deputies", "送: every 区政府/分管负责人",
         "liangsiqi peishuyao qinmubai jianglizhi 梁思齐*1 秦慕白*1 江砺之*1"},
        {"post without holder", "送: one 区教体局/局长", "!no-holder:区教体局局长[]"},
        {"unknown post", "送: one 区委/顾问", "!unknown-name:区委顾问[区委书记|区委副书记|区委常委]"},
        {"misprint", "发: one 上街镇", "!unknown-name:上街镇[上街区委|上街区峡窝镇|上街区委办]"},
        {"near miss", "发: one 区科工信句", "!unknown-name:区科工信句[区科工信局|区科工信局局长|区科工信局副局长]"},
        {"the town's secretary away, the mayor stands in", "送: one 峡窝镇/党委书记", "houwangshu"},
        {"away from May only", "送: one 梁思齐", "liangsiqi 梁思齐*1"},
        {"unspecified", "发: some 镇办", "!unspecified:有关镇办[]"},
        {"left over", "发: unresolved 区史志", "!left-over:区史志[区史志办|区史志办主任]"},
        {"no mailbox", "报: one 市人大常委会", "!no-mailbox:市人大常委会[]"},
        {"person by name", "送: one 许文清; one 叶知微同志", "xuwenqing yezhiwei 许文清*2 叶知微*1"},
        {"unit out of a class", "发: every 街道办事处; except 工业路街道",
         "jiyuanlu zhongxinlu xinanlu kuangshan 上街区济源路街道*4 上街区中心路街道*4 "
         "上街区新安路街道*4 上街区矿山街道*4"},
        {"unit out of posts", "发: every 街道办事处/负责同志; except 工业办; except 矿山街道; except 中心路街道",
         "kangjingming muyuanzhou"},
        {"in its own field only", "发: one 峡窝镇; except 峡窝镇 | 送: one 峡窝镇", "xiawo 上街区峡窝镇*4"},
        {"in all fields when alone", "发: one 峡窝镇; one 新城办 | 不发: except 峡窝镇", "xcb 上街区新城办公室*3"},
        {"unknown exception", "发: one 新城办; except 新城小",
         "xcb 上街区新城办公室*3 !unknown-exception:新城小[新城办|新城办主任]"},
    };
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, NULL);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
        for (guint j = 0; j < resolution->recipients->len; j++)
            g_assert_cmpuint(((Recipient *)resolution->recipients->pdata[j])->because->len, >, 0);
    }
}

static Directory *read_tables(const char *const *tables, gsize n)
{
    DirectoryFile files[8];
    for (gsize i = 0; i < n; i++)
        files[i] = (DirectoryFile){"表", tables[i], strlen(tables[i])};
    return imported_directory("2020-03-06", files, n);
}

static Directory *corner_directory(void)
{
    static const char *const tables[] = {
        "单位名称,类别,上级单位,顺序\n甲局,政府部门,,1\n乙局,政府部门,,2\n丙局,政府部门,甲局,3\n",
        "所在单位,职务,职务类别\n甲局,局长,正职\n乙局,局长,正职\n丙局,局长,正职\n丙局,科长,成员\n",
        "姓名,称呼\n王伟（甲局）,\n王伟（乙局）,\n李红,李红局长：\n",
        "姓名,所任职务\n王伟（甲局）,甲局/局长\n王伟（乙局）,乙局/局长\n李红,丙局/局长\n",
        "归属类别,归属,邮箱,方式,份数,停用\n单位,甲局,Jia@Example.test,邮件,,\n"
        "单位,乙局,yi@outside.test,邮件和纸质,,\n单位,丙局,bing@example.test,邮件,,是\n"
        "人员,王伟（甲局）,,纸质,2,\n人员,王伟（乙局）,,纸质,3,\n人员,李红,jia@example.test,邮件,,\n"
        "人员,李红,old@example.test,邮件,,是\n",
        "群组名称,成员\n一层,group:二层|-unit:乙局\n二层,group:三层|unit:甲局\n三层,kind:gov\n"
        "圈一,unit:甲局|group:圈二\n圈二,unit:乙局|group:圈一\n"
        "无人,post:丙局/科长|unit:甲局\n局长们,post:甲局/局长|post:乙局/局长|-post:乙局/局长\n",
        "别名,刊物,所指\n局,,kind:gov\n局,甲刊,unit:甲局\n",
    };
    return read_tables(tables, G_N_ELEMENTS(tables));
}

static void test_corners(void)
{
    static const char *const domains[] = {"example.test", NULL};
    static const ResolveOptions plain = {0}, of_series = {.series = "甲刊"},
                                restricted = {.restricted = TRUE, .internal_domains = domains},
                                anywhere = {.restricted = TRUE};
    static const struct { const char *name, *key; const ResolveOptions *options; const char *want; } rows[] = {
        {"nested groups", "发: every 一层", &plain, "Jia !suspended:丙局[]"},
        {"alias of the series", "发: every 局", &of_series, "Jia"},
        {"alias of all", "发: every 局", &plain, "Jia yi 乙局*1 !suspended:丙局[]"},
        {"circle of groups", "发: every 圈一", &plain, "Jia yi 乙局*1 !unknown-name:圈一[]"},
        {"vacant post in a group", "发: every 无人", &plain, "Jia !no-holder:丙局/科长[]"},
        {"post taken out of a group", "发: every 局长们", &plain, "王伟（甲局）*2"},
        {"shared name by post", "发: one 甲局/局长; one 乙局/局长", &plain, "王伟（甲局）*2 王伟（乙局）*3"},
        {"shared name by name", "发: one 王伟", &plain, "!unknown-name:王伟[王伟（乙局）|王伟（甲局）]"},
        {"one address in two spellings", "发: one 甲局; one 丙局/局长", &plain, "Jia"},
        {"outside the domains", "发: one 甲局; one 乙局", &restricted, "Jia 乙局*1 !outside-domain:乙局[]"},
        {"restricted without domains", "发: one 乙局", &anywhere, "yi 乙局*1"},
    };
    g_autoptr(Directory) directory = corner_directory();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, rows[i].options);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_merged(void)
{
    g_autoptr(Directory) directory = corner_directory();
    g_autoptr(Resolution) resolution = resolve(directory, "发: one 甲局; one 丙局/局长", NULL);
    const Recipient *recipient = resolution->recipients->pdata[0];
    g_assert_cmpstr(recipient->id, ==, "mailbox:jia@example.test");
    g_assert_cmpstr(recipient->name, ==, "甲局、丙局局长 李红");
    g_assert_cmpstr(recipient->salutation, ==, "甲局、李红局长：");
    g_assert_cmpuint(recipient->because->len, ==, 2);
    g_assert_cmpstr(recipient->because->pdata[0], ==, "发：甲局 → 收文邮箱");
    g_assert_cmpstr(recipient->because->pdata[1], ==,
                    "发：丙局局长 → 李红（old@example.test 已停用，未送）");
}

static void test_counts(void)
{
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    g_autoptr(Resolution) resolution =
        resolve(directory, "发: one 峡窝镇*3; archive*2 | 抄送: one 新城办; archive", NULL);
    g_assert_cmpint(resolution->paper_copies, ==, 6);
    g_assert_cmpint(resolution->archive_copies, ==, 3);
    const Recipient *town = resolution->recipients->pdata[1];
    g_assert_cmpstr(town->because->pdata[0], ==, "发：峡窝镇（3 份） → 收文邮箱");
    g_assert_cmpstr(town->salutation, ==, "峡窝镇：");
    g_autoptr(Resolution) leader = resolve(directory, "送: one 区委/书记", NULL);
    g_assert_cmpstr(((Recipient *)leader->recipients->pdata[0])->salutation, ==, "周明远同志：");
}

static void test_choices(void)
{
    static const struct { const char *key, *term, *field, *members, *want; } rows[] = {
        {"发: some 部门", "有关部门", NULL, "unit:区委 unit:区政府", "qwb qzfb"},
        {"发: some 部门", "相关部门", NULL, "unit:区委", "qwb"},
        {"发: some 部门", "各有关部门", "发", "unit:区委", "qwb"},
        {"发: some 部门", "有关部门", "送", "unit:区委", "!unspecified:有关部门[]"},
        {"发: some 部门", "有关单位", NULL, "unit:区委", "!unspecified:有关部门[]"},
        {"发: some 部门; except 区政府", "有关部门", NULL, "unit:区委 unit:区政府", "qwb"},
        {"发: some 部门", "有关部门", NULL, "unit:无此局", "!unknown-name:无此局[]"},
        {"发: some 部门", "有关部门", NULL, "unit:区委 -unit:区委", "!unspecified:有关部门[]"},
    };
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) members = g_strsplit(rows[i].members, " ", -1);
        ResolveChoice choice = {rows[i].field, rows[i].term, members, "张三", "2026-03-01", FALSE};
        g_autoptr(GPtrArray) choices = g_ptr_array_new();
        g_ptr_array_add(choices, &choice);
        ResolveOptions options = {.choices = choices};
        g_autoptr(Resolution) resolution = resolve(directory, rows[i].key, &options);
        g_autofree char *got = short_form(resolution);
        g_assert_cmpstr(got, ==, rows[i].want);
    }
}

static void test_choice_reason(void)
{
    g_auto(GStrv) members = g_strsplit("unit:峡窝镇", " ", -1);
    ResolveChoice choice = {NULL, "有关部门", members, "张三", "2026-03-01", TRUE};
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    g_autoptr(GPtrArray) choices = g_ptr_array_new();
    g_ptr_array_add(choices, &choice);
    ResolveOptions options = {.choices = choices};
    g_autoptr(Resolution) resolution = resolve(directory, "发: some 部门", &options);
    const Recipient *town = resolution->recipients->pdata[0];
    g_assert_cmpstr(town->because->pdata[0], ==,
                    "发：有关部门 → 按 2026-03-01 由 张三 选定 → 峡窝镇 → 收文邮箱");
}

static void test_place(void)
{
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    g_autoptr(Resolution) resolution = resolve(directory, "发: one 新城办; some 单位; one 无此局", NULL);
    const Unresolved *some = resolution->unresolved->pdata[0], *unknown = resolution->unresolved->pdata[1];
    g_assert_cmpuint(some->start, ==, 10);
    g_assert_cmpuint(some->end, ==, 15);
    g_assert_cmpstr(some->field, ==, "发");
    g_assert_cmpstr(some->message, ==, "“有关单位”没有说明是哪些单位：请由经办人选定后再发");
    g_assert_cmpuint(unknown->start, ==, 20);
    g_assert_cmpstr(unknown->message, ==,
                    "名录中没有“无此局”，或有重名：请改正发放栏，或在名录中登记该单位、简称或别名");
}

static void test_json(void)
{
    g_autoptr(Directory) directory = sample_directory("2020-03-06");
    g_autoptr(Resolution) resolution = resolve(directory, "发: one 峡窝镇; one 区委顾", NULL);
    g_autofree char *text = resolution_to_json(resolution, 11, 16);
    json_t *object = json_loads(text, 0, NULL);
    const char *id, *name, *channel, *because, *field, *unknown, *code;
    json_t *address;
    int copies, computed, declared, difference;
    json_t *paper = json_array_get(json_object_get(object, "recipients"), 1);
    g_assert_cmpint(json_unpack(paper, "{s:s,s:s,s:s,s:o,s:i,s:[s]}", "id", &id, "name", &name,
                                "channel", &channel, "address", &address, "copies", &copies, "because",
                                &because), ==, 0);
    g_assert_cmpstr(id, ==, "paper:unit:上街区峡窝镇");
    g_assert_cmpstr(name, ==, "峡窝镇");
    g_assert_cmpstr(channel, ==, "paper");
    g_assert_true(json_is_null(address));
    g_assert_cmpint(copies, ==, 4);
    g_assert_cmpstr(because, ==, "发：峡窝镇 → 纸质");
    g_assert_cmpint(json_unpack(object, "{s:[{s:s,s:s,s:s}],s:{s:i,s:i,s:i}}", "unresolved", "field",
                                &field, "text", &unknown, "code", &code, "paper", "computed", &computed,
                                "declared", &declared, "difference", &difference), ==, 0);
    g_assert_cmpstr(field, ==, "发");
    g_assert_cmpstr(unknown, ==, "区委顾");
    g_assert_cmpstr(code, ==, "unknown-name");
    g_assert_cmpint(computed, ==, 11);
    g_assert_cmpint(declared, ==, 16);
    g_assert_cmpint(difference, ==, 5);
    json_decref(object);
}

static void test_names(void)
{
    g_autoptr(Directory) directory = corner_directory();
    g_autofree LineNames *names = resolve_names(directory, "甲刊", NULL);
    gboolean alias = FALSE;
    g_assert_cmpuint(names->known("局、甲局", &alias, names->user_data), ==, strlen("局"));
    g_assert_true(alias);
    g_assert_cmpuint(names->known("甲局、局", &alias, names->user_data), ==, strlen("甲局"));
    g_assert_false(alias);
    g_assert_cmpuint(names->known("、甲局", &alias, names->user_data), ==, 0);
}

enum { CITY_UNITS = 10000, CITY_PERSONS = 100000, CITY_GROUPS = 2000, CITY_DEPTH = 6 };

/* Groups in six layers: each of the lowest holds some units, each above some groups of the next. */
static void add_city_groups(Directory *directory)
{
    int layer = CITY_GROUPS / CITY_DEPTH;
    for (int i = 0; i < CITY_GROUPS; i++) {
        g_autoptr(GString) members = g_string_new(NULL);
        DirectoryGroup *group = directory_add_group(directory);
        g_autofree char *name = g_strdup_printf("第%d组", i);
        group->id = i + 1;
        directory_set_text(directory, &group->name, name);
        for (int j = 0; j < 30; j++)
            if (i / layer < CITY_DEPTH - 1)
                g_string_append_printf(members, "|group:第%d组", (i / layer + 1) * layer + (i + j) % layer);
            else
                g_string_append_printf(members, "|unit:第%d局", (i * 30 + j) % CITY_UNITS + 1);
        directory_set_list(directory, &group->members, members->str + 1, "|");
    }
}

static Directory *city(void)
{
    Directory *directory = directory_new("2020-03-06");
    for (int i = 1; i <= CITY_UNITS; i++) {
        DirectoryUnit *unit = directory_add_unit(directory);
        DirectoryPost *post = directory_add_post(directory);
        DirectoryMailbox *mailbox = directory_add_mailbox(directory);
        g_autofree char *name = g_strdup_printf("第%d局", i);
        g_autofree char *address = g_strdup_printf("u%d@example.test", i);
        unit->id = post->id = post->unit_id = mailbox->owner_id = i;
        directory_set_text(directory, &unit->name, name);
        directory_set_text(directory, &post->name, "局长");
        directory_set_text(directory, &mailbox->address, address);
    }
    for (int i = 1; i <= CITY_PERSONS; i++) {
        DirectoryPerson *person = directory_add_person(directory);
        DirectoryTenure *tenure = directory_add_tenure(directory);
        g_autofree char *name = g_strdup_printf("人%d", i);
        person->id = tenure->id = tenure->person_id = i;
        tenure->post_id = i % CITY_UNITS + 1;
        directory_set_text(directory, &person->name, name);
    }
    add_city_groups(directory);
    directory_index(directory);
    return directory;
}

static void test_city(void)
{
    g_autoptr(Directory) directory = city();
    g_test_timer_start();
    g_autoptr(Resolution) resolution =
        resolve(directory,
                "发: every 第0组; every 第1组; every 第2组; every 第3组; one 第7局; one 第8局/局长; "
                "one 第9局/负责同志; every 第333组/负责同志; one 第10局; one 第11局; one 第12局; "
                "one 第13局; one 第14局; one 无此局",
                NULL);
    g_test_message("14 addressees to %u recipients in %.3f s", resolution->recipients->len,
                   g_test_timer_elapsed());
    /* four groups reach 149 of the lowest, 30 units each; the rest lies among them */
    g_assert_cmpuint(resolution->recipients->len, ==, 149 * 30);
    g_assert_cmpuint(resolution->unresolved->len, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resolve/footers", test_footers);
    g_test_add_func("/resolve/texts", test_texts);
    g_test_add_func("/resolve/offices", test_offices);
    g_test_add_func("/resolve/terms", test_terms);
    g_test_add_func("/resolve/corners", test_corners);
    g_test_add_func("/resolve/merged", test_merged);
    g_test_add_func("/resolve/counts", test_counts);
    g_test_add_func("/resolve/choices", test_choices);
    g_test_add_func("/resolve/choice-reason", test_choice_reason);
    g_test_add_func("/resolve/place", test_place);
    g_test_add_func("/resolve/json", test_json);
    g_test_add_func("/resolve/names", test_names);
    g_test_add_func("/resolve/city", test_city);
    return g_test_run();
}
