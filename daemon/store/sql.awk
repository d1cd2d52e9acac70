# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the migrations sql/NNN-NAME.sql, given in order, as C texts with their table.
BEGIN {
    print "#include \"daemon/store/sql.h\"\n"
}
FNR == 1 {
    if (NR > 1)
        print "    ;\n"
    name = FILENAME
    sub(/.*\//, "", name)
    number = substr(name, 1, 3) + 0
    numbers[++count] = number
    printf "static const char sql_%d[] =\n", number
}
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    print "    \"" $0 "\\n\""
}
END {
    print "    ;\n\nconst StoreMigration store_migrations[] = {"
    for (i = 1; i <= count; i++)
        printf "    {%d, sql_%d},\n", numbers[i], numbers[i]
    print "};\n\nconst gsize store_migrations_count = G_N_ELEMENTS(store_migrations);"
}
