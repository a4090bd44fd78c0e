/* What C makes of the lists, it makes of the arrays. */
#include "../diffusion_lists/program.c"
