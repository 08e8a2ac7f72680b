/* What create.c and create_plan.c share. */
#ifndef DBMIG_ENGINE_CREATE_PRIVATE_H
#define DBMIG_ENGINE_CREATE_PRIVATE_H

#include "dbmig/engine/create.h"
#include "dbmig/project/migration.h"

typedef struct Create {
    Arena *arena;
    const CreateOptions *options;
    CreateResult *result;
    MigrationFolder folder; /* before the new files */
} Create;

/* What becomes a file. */
typedef struct CreatePart {
    const char *content;
    const char *purpose; /* for the name of the second and later ones; "": just their number */
} CreatePart;
typedef VEC(CreatePart) CreatePartList;

/* Fills result->files: a name for each part, one version after the other. */
bool create_name_files(Create *create, const CreatePartList *parts, Error *err);

/* Plans from the folder to the source and proves the files; `head` begins the first of them. No files
   when nothing differs. */
bool create_plan(Create *create, const char *head, Error *err);

#endif
