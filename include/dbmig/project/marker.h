/*
 * Lines by which other migration tools divide their files: "-- +goose Up", "-- migrate:down" and the
 * like. Run as it stands, such a file does its up part and takes it back by its down part.
 */
#ifndef DBMIG_PROJECT_MARKER_H
#define DBMIG_PROJECT_MARKER_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/project/format.h"

/* The format that the line (without its end) belongs to; FOLDER_FORMAT_AUTO when it is no marker. */
FolderFormat marker_of_line(const char *line, size_t len);

/* Looks for the first marker of a text that comes in pieces. Zero-initialised. */
typedef struct MarkerScan {
    FolderFormat own;   /* whose marks are passed over */
    FolderFormat found; /* FOLDER_FORMAT_AUTO: none so far */
    size_t line;        /* of the marker */
    char text[64];      /* the marker's line, cut */
    size_t lines;       /* that are complete */
    char rest[128];     /* the beginning of a line that the last piece cut in two */
    size_t rest_len;
    bool cut;             /* the last piece ended inside a line */
    size_t doubtful_line; /* "-- Down Migration" counts when a statement stands behind it */
} MarkerScan;

void marker_scan_add(MarkerScan *scan, const char *bytes, size_t len);

/* The text is complete: its last line may have no end. */
void marker_scan_end(MarkerScan *scan);

#endif
