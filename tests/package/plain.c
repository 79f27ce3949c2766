/* A program in C as somebody else would write it, against the installed library for C: plays the
 * module that it is given alone for a second.
 *
 *   plain MODULE */

#include <stdio.h>
#include <tutti/tutti.h>

int main(int argc, char** argv) {
  const tutti_options options = {
      .abi = TUTTI_ABI, .way = TUTTI_SOLO, .module = argc > 1 ? argv[1] : NULL};
  tutti_session* session = tutti_open(&options);
  if (session == NULL) return fprintf(stderr, "%s\n", tutti_error()), 1;
  const uint8_t pull = 3;
  for (int64_t i = 0; i <= 60; ++i) {
    if (i == 10 && tutti_set_input(session, 0, &pull, 1) != TUTTI_OK) return 1;
    if (tutti_advance(session, i * 16666667) != TUTTI_OK) return 1;
  }
  tutti_statistics statistics;
  if (tutti_get_statistics(session, &statistics) != TUTTI_OK) return 1;
  printf("%s, tick %lld, %s\n", tutti_rules(session), (long long)statistics.present,
         tutti_status_text(tutti_status(session)));
  const int is_well = statistics.present >= 59 && tutti_status(session) == TUTTI_PLAYING;
  tutti_close(session);
  return is_well ? 0 : 1;
}
