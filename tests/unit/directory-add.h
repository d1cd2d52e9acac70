/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records put into a directory by type, for tests that fill them field by field. */
#ifndef SONGFA_TESTS_DIRECTORY_ADD_H
#define SONGFA_TESTS_DIRECTORY_ADD_H

#include "recipients/directory-kind.h"

/* Each makes a record as directory_add() does, and lends it. */
#define DIRECTORY_ADD(name, ID, Type)                                      \
    static inline Directory##Type *directory_add_##name(Directory *directory) \
    {                                                                      \
        return directory_add(directory, &directory_kinds[DIRECTORY_##ID]); \
    }
DIRECTORY_ADD(unit, UNIT, Unit)
DIRECTORY_ADD(post, POST, Post)
DIRECTORY_ADD(person, PERSON, Person)
DIRECTORY_ADD(tenure, TENURE, Tenure)
DIRECTORY_ADD(stand_in, STAND_IN, StandIn)
DIRECTORY_ADD(group, GROUP, Group)
DIRECTORY_ADD(alias, ALIAS, Alias)
DIRECTORY_ADD(mailbox, MAILBOX, Mailbox)
#undef DIRECTORY_ADD

#endif
