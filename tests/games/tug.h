#ifndef TUTTI_TESTS_GAMES_TUG_H
#define TUTTI_TESTS_GAMES_TUG_H
/* Tug of war in plain C: its table, and a whole program's play of it through libtutti. */

#include <tutti/tutti.h>

#ifdef __cplusplus
extern "C" {
#endif

const tutti_game* tug_table(void);

/* The outcome of one player's session. */
typedef struct tug_result {
  int32_t status;
  tutti_statistics statistics;
  uint64_t slips_heard;
  char rules[128];
  char failure[256];
} tug_result;

/* Joins the room and plays until the match is over, or 20 seconds. */
tug_result tug_play(const char* relay, const char* room, const char* folder);

#ifdef __cplusplus
}
#endif
#endif
