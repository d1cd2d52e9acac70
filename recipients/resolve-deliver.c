/* SPDX-License-Identifier: GPL-3.0-or-later
 * Mailboxes of offices and persons. A person is reached at their own mailbox, else at one of a post
 * they hold, else at the office of their unit; one address and one paper holder are one recipient. */
#include "recipients/resolve-deliver.h"

#include <string.h>

#include "daemon/base/address.h"
#include "daemon/base/i18n.h"

/* What is known of a target while its mailboxes are looked for. */
typedef struct {
    const ResolveTarget *target;
    GPtrArray *posts;           /* held by the person, in protocol order */
    const DirectoryPost *lead;  /* the post under which a person is named */
    const DirectoryUnit *unit;  /* the office, or the unit of the lead post */
    char *name, *salutation;
    guint64 place;              /* in protocol order */
    GString *suspended;         /* "（a@b 已停用，未送）" of each mailbox passed over */
} Subject;

typedef struct {
    Recipient *recipient;
    guint64 place;
    int printed, registered; /* copies said by the line (0 = not), and by the directory */
} Draft;

typedef struct {
    Resolution *resolution;
    const Directory *directory;
    const ResolveOptions *options;
    GHashTable *left_out; /* units that are to get nothing */
    GArray *drafts;    /* Draft */
    GHashTable *by_id; /* recipient id → its index in drafts */
} Delivery;

static void subject_clear(Subject *subject)
{
    g_ptr_array_unref(subject->posts);
    g_free(subject->name);
    g_free(subject->salutation);
    g_string_free(subject->suspended, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

/* A post with a rank outweighs one without, then the chief the deputy: 区长 before 区委副书记, 副区长
 * before 区公安局局长, who is the same person. */
static gboolean outweighs(const DirectoryPost *post, const DirectoryPost *other)
{
    gboolean ranked = *post->rank != '\0', other_ranked = *other->rank != '\0';
    return ranked != other_ranked ? ranked : post->kind < other->kind;
}

static const DirectoryPost *leading_post(const GPtrArray *posts)
{
    const DirectoryPost *lead = NULL;
    for (guint i = 0; i < posts->len; i++)
        if (lead == NULL || outweighs(posts->pdata[i], lead))
            lead = posts->pdata[i];
    return lead;
}

static gboolean is_leader(const Subject *subject)
{
    for (guint i = 0; i < subject->posts->len; i++)
        if (directory_post_leads(subject->posts->pdata[i]))
            return TRUE;
    return FALSE;
}

/* Persons stand by their first post, before the office of that unit; on one level (常委) chiefs and
 * deputies elsewhere come first. */
static guint64 place_of(const Directory *directory, const Subject *subject)
{
    const DirectoryUnit *unit = subject->unit;
    guint32 within = G_MAXUINT32;
    if (subject->lead != NULL) {
        const DirectoryPost *first = subject->posts->pdata[0];
        unit = directory_unit_by_id(directory, first->unit_id);
        within = (guint32)CLAMP(first->order, 0, 1 << 24) << 2 | (guint32)subject->lead->kind;
    }
    guint64 place = unit != NULL ? directory_place(directory, unit) : G_MAXUINT32;
    return place << 32 | within;
}

/* A bracket that parts namesakes stays in the directory and in the reasons. */
static void name_person(Subject *subject, const Directory *directory, const DirectoryPerson *person)
{
    g_autofree char *called = directory_person_called(person);
    g_autofree char *title =
        subject->lead != NULL ? directory_post_title(directory, subject->lead) : NULL;
    subject->name = title != NULL ? g_strconcat(title, " ", called, NULL) : g_strdup(called);
    subject->salutation = *person->salutation != '\0' ? g_strdup(person->salutation)
                                                      : g_strdup_printf(_("%s同志："), called);
}

static void subject_init(Subject *subject, const Directory *directory, const ResolveTarget *target)
{
    const DirectoryPerson *person = target->person;
    subject->target = target;
    subject->suspended = g_string_new(NULL);
    subject->posts = person != NULL ? directory_posts_held(directory, person) : g_ptr_array_new();
    subject->lead = leading_post(subject->posts);
    subject->unit =
        subject->lead != NULL ? directory_unit_by_id(directory, subject->lead->unit_id) : target->unit;
    subject->place = place_of(directory, subject);
    if (person != NULL) {
        name_person(subject, directory, person);
        return;
    }
    subject->name = g_strdup(directory_unit_title(target->unit));
    subject->salutation = g_strdup_printf(_("%s："), subject->name);
}

void resolve_unresolved(Resolution *resolution, const char *code, const char *field, const char *text,
                        char *message, char **suggestions, gsize start, gsize end)
{
    Unresolved *unresolved = g_new0(Unresolved, 1);
    unresolved->code = g_strdup(code);
    unresolved->field = g_strdup(field);
    unresolved->text = g_strdup(text);
    unresolved->message = message;
    unresolved->suggestions = suggestions != NULL ? g_strdupv(suggestions) : g_new0(char *, 1);
    unresolved->start = start;
    unresolved->end = end;
    g_ptr_array_add(resolution->unresolved, unresolved);
}

static void unresolved_subject(const Delivery *delivery, const Subject *subject, const char *code,
                               char *message)
{
    const LineAddressee *first = subject->target->first;
    resolve_unresolved(delivery->resolution, code, first->field, subject->name, message, NULL,
                       first->start, first->end);
}

static char *without_tail(const char *text, const char *tail)
{
    gsize length = g_str_has_suffix(text, tail) ? strlen(text) - strlen(tail) : strlen(text);
    return g_strndup(text, length);
}

/* Joins what a second owner of the address is called: 区委办、区委 / 区委办、区委：. */
static void join(char **text, const char *more, const char *tail)
{
    g_autofree char *head = without_tail(*text, tail), *added = without_tail(more, tail);
    g_auto(GStrv) parts = g_strsplit(head, "、", -1);
    if (g_strv_contains((const char *const *)parts, added))
        return;
    g_free(*text);
    *text = g_strconcat(head, "、", added, tail, NULL);
}

static void add_reasons(Recipient *recipient, const Subject *subject, const char *step)
{
    for (guint i = 0; i < subject->target->reasons->len; i++) {
        char *because = g_strconcat(subject->target->reasons->pdata[i], step, NULL);
        if (g_ptr_array_find_with_equal_func(recipient->because, because, g_str_equal, NULL))
            g_free(because);
        else
            g_ptr_array_add(recipient->because, because);
    }
}

/* The id is taken. */
static Recipient *recipient_new(const Subject *subject, char *id, Channel channel,
                                const DirectoryMailbox *mailbox)
{
    Recipient *recipient = g_new0(Recipient, 1);
    recipient->id = id;
    recipient->name = g_strdup(subject->name);
    recipient->salutation = g_strdup(subject->salutation);
    recipient->unit =
        g_strdup(subject->unit != NULL ? directory_unit_title(subject->unit) : subject->name);
    recipient->channel = channel;
    recipient->address = g_strdup(channel == CHANNEL_EMAIL ? mailbox->address : "");
    recipient->copies = 1;
    recipient->because = g_ptr_array_new_with_free_func(g_free);
    return recipient;
}

/* The draft under the id, which is taken; new, or with the subject's name joined to it. */
static Draft *draft_for(Delivery *delivery, const Subject *subject, char *id, Channel channel,
                        const DirectoryMailbox *mailbox)
{
    gpointer index;
    if (g_hash_table_lookup_extended(delivery->by_id, id, NULL, &index)) {
        Draft *known = &g_array_index(delivery->drafts, Draft, GPOINTER_TO_UINT(index));
        join(&known->recipient->name, subject->name, "");
        join(&known->recipient->salutation, subject->salutation, _("："));
        known->place = MIN(known->place, subject->place);
        g_free(id);
        return known;
    }
    Draft draft = {recipient_new(subject, id, channel, mailbox), subject->place, 0, 1};
    g_hash_table_insert(delivery->by_id, id, GUINT_TO_POINTER(delivery->drafts->len));
    g_array_append_val(delivery->drafts, draft);
    return &g_array_index(delivery->drafts, Draft, delivery->drafts->len - 1);
}

/* The id is taken. */
static void add_recipient(Delivery *delivery, const Subject *subject, char *id, Channel channel,
                          const DirectoryMailbox *mailbox, const char *step)
{
    Draft *draft = draft_for(delivery, subject, id, channel, mailbox);
    draft->printed = MAX(draft->printed, subject->target->copies);
    draft->registered = MAX(draft->registered, mailbox->copies);
    draft->recipient->leader |= is_leader(subject);
    if (channel == CHANNEL_PAPER)
        draft->recipient->copies = draft->printed > 0 ? draft->printed : draft->registered;
    add_reasons(draft->recipient, subject, step);
}

static char *paper_id(const Directory *directory, const Subject *subject, OwnerKind owner,
                      gint64 owner_id)
{
    if (owner == OWNER_UNIT)
        return g_strdup_printf("paper:unit:%s", directory_unit_by_id(directory, owner_id)->name);
    const char *name = subject->target->person->name;
    if (directory_person(directory, name) != NULL || subject->unit == NULL)
        return g_strdup_printf("paper:person:%s", name);
    return g_strdup_printf("paper:person:%s@%s", name, subject->unit->name); /* a shared name */
}

static void deliver_mail(Delivery *delivery, const Subject *subject, const DirectoryMailbox *mailbox,
                         const char *step)
{
    const ResolveOptions *options = delivery->options;
    if (options->restricted && !address_is_internal(mailbox->address, options->internal_domains)) {
        unresolved_subject(
            delivery, subject, "outside-domain",
            g_strdup_printf(_("本期只限内部发送，“%s”的邮箱 %s 不在内部域内：请在名录中改用内部邮箱，"
                              "或改送纸质"),
                            subject->name, mailbox->address));
        return;
    }
    g_autofree char *address = g_ascii_strdown(mailbox->address, -1);
    add_recipient(delivery, subject, g_strdup_printf("mailbox:%s", address), CHANNEL_EMAIL, mailbox,
                  step);
}

static void deliver_paper(Delivery *delivery, const Subject *subject, OwnerKind owner,
                          const DirectoryMailbox *mailbox, const char *step)
{
    char *id = paper_id(delivery->directory, subject, owner, mailbox->owner_id);
    add_recipient(delivery, subject, id, CHANNEL_PAPER, mailbox, step);
}

/* The step that a mailbox adds to the reasons, by whose it is; title is the post's or the unit's. */
typedef enum { OWN_OFFICE, OWN_PERSON, OF_POST, OF_OFFICE, OF_OFFICE_SUSPENDED } StepKind;

static char *step_text(StepKind kind, Channel channel, const char *title, const DirectoryMailbox *mailbox,
                       const char *suspended)
{
    static const struct { const char *mail, *paper; } rows[] = {
        [OWN_OFFICE] = {N_(" → 收文邮箱"), N_(" → 纸质")},
        [OWN_PERSON] = {"", N_(" → 纸质")},
        [OF_POST] = {N_(" → %s邮箱"), N_(" → %s纸质")},
        [OF_OFFICE] = {N_(" → %s收文邮箱（本人无邮箱）"), N_(" → %s纸质（本人无邮箱）")},
        [OF_OFFICE_SUSPENDED] = {N_(" → %s收文邮箱"), N_(" → %s纸质")},
    };
    const char *format = channel == CHANNEL_EMAIL ? rows[kind].mail : rows[kind].paper;
    GString *text = g_string_new(*format != '\0' ? _(format) : "");
    g_string_replace(text, "%s", title, 1);
    if (*mailbox->secretary != '\0')
        g_string_append_printf(text, _(" → 秘书 %s 代收"), mailbox->secretary);
    g_string_append(text, suspended);
    return g_string_free(text, FALSE);
}

static void note_suspended(Subject *subject, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = mailboxes->pdata[i];
        if (mailbox->suspended)
            g_string_append_printf(subject->suspended, _("（%s 已停用，未送）"),
                                   *mailbox->address != '\0' ? mailbox->address : _("纸质"));
    }
}

/* Through every mailbox of this owner that is in use. FALSE when there is none. */
static gboolean deliver_to(Delivery *delivery, Subject *subject, OwnerKind owner, gint64 id, StepKind kind,
                           const char *title)
{
    g_autoptr(GPtrArray) mailboxes = directory_mailboxes(delivery->directory, owner, id);
    gboolean used = FALSE;
    note_suspended(subject, mailboxes);
    for (guint i = 0; i < mailboxes->len; i++) {
        const DirectoryMailbox *mailbox = mailboxes->pdata[i];
        if (!mailbox->suspended && (mailbox->channel & CHANNEL_EMAIL) != 0 && *mailbox->address != '\0') {
            g_autofree char *step = step_text(kind, CHANNEL_EMAIL, title, mailbox, subject->suspended->str);
            deliver_mail(delivery, subject, mailbox, step);
            used = TRUE;
        }
        if (!mailbox->suspended && (mailbox->channel & CHANNEL_PAPER) != 0) {
            g_autofree char *step = step_text(kind, CHANNEL_PAPER, title, mailbox, subject->suspended->str);
            deliver_paper(delivery, subject, owner, mailbox, step);
            used = TRUE;
        }
    }
    return used;
}

static gboolean deliver_to_post(Delivery *delivery, Subject *subject, const DirectoryPost *post)
{
    g_autofree char *title = directory_post_title(delivery->directory, post);
    return deliver_to(delivery, subject, OWNER_POST, post->id, OF_POST, title);
}

static gboolean deliver_to_office(Delivery *delivery, Subject *subject, const DirectoryPost *post)
{
    const DirectoryUnit *unit = directory_unit_by_id(delivery->directory, post->unit_id);
    StepKind kind = subject->suspended->len == 0 ? OF_OFFICE : OF_OFFICE_SUSPENDED;
    return unit != NULL && !g_hash_table_contains(delivery->left_out, unit) &&
           deliver_to(delivery, subject, OWNER_UNIT, unit->id, kind, directory_unit_title(unit));
}

/* The lead post first, then the others as they stand. */
static const DirectoryPost *nth_post(const Subject *subject, guint n)
{
    if (n == 0)
        return subject->lead;
    guint lead;
    g_ptr_array_find(subject->posts, subject->lead, &lead);
    return subject->posts->pdata[n <= lead ? n - 1 : n];
}

static gboolean deliver_to_posts(Delivery *delivery, Subject *subject,
                                 gboolean (*way)(Delivery *, Subject *, const DirectoryPost *))
{
    for (guint i = 0; i < subject->posts->len; i++)
        if (way(delivery, subject, nth_post(subject, i)))
            return TRUE;
    return FALSE;
}

/* A person at their own mailbox, else at that of a post, else at the office of its unit. */
static gboolean deliver_subject(Delivery *delivery, Subject *subject)
{
    if (subject->target->person == NULL)
        return deliver_to(delivery, subject, OWNER_UNIT, subject->unit->id, OWN_OFFICE, "");
    return deliver_to(delivery, subject, OWNER_PERSON, subject->target->person->id, OWN_PERSON, "") ||
           deliver_to_posts(delivery, subject, deliver_to_post) ||
           deliver_to_posts(delivery, subject, deliver_to_office);
}

static void deliver(Delivery *delivery, const ResolveTarget *target)
{
    g_auto(Subject) subject = {0};
    subject_init(&subject, delivery->directory, target);
    if (deliver_subject(delivery, &subject))
        return;
    if (subject.suspended->len > 0)
        unresolved_subject(delivery, &subject, "suspended",
                           g_strdup_printf(_("“%s”没有可用的收件方式%s：请在名录中恢复或换一个，"
                                             "或由经办人另行送达"),
                                           subject.name, subject.suspended->str));
    else
        unresolved_subject(delivery, &subject, "no-mailbox",
                           g_strdup_printf(_("“%s”既无邮箱也无纸质登记：请在名录中登记后再发"),
                                           subject.name));
}

static gint compare_drafts(gconstpointer a, gconstpointer b)
{
    const Draft *one = a, *two = b;
    if (one->recipient->channel != two->recipient->channel)
        return one->recipient->channel < two->recipient->channel ? -1 : 1;
    return (one->place > two->place) - (one->place < two->place);
}

void resolve_deliver(Resolution *resolution, const Directory *directory, const GPtrArray *targets,
                     GHashTable *left_out, const ResolveOptions *options)
{
    g_autoptr(GArray) drafts = g_array_new(FALSE, FALSE, sizeof(Draft));
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    Delivery delivery = {resolution, directory, options, left_out, drafts, by_id};
    for (guint i = 0; i < targets->len; i++)
        deliver(&delivery, targets->pdata[i]);
    g_array_sort(drafts, compare_drafts); /* stable: equals stay as they were reached */
    for (guint i = 0; i < drafts->len; i++) {
        Recipient *recipient = g_array_index(drafts, Draft, i).recipient;
        if (recipient->channel == CHANNEL_PAPER)
            resolution->paper_copies += recipient->copies;
        g_ptr_array_add(resolution->recipients, recipient);
    }
}
