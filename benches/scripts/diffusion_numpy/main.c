/* What C makes of the lists, it makes of the arrays. */
#include "../diffusion/main.c"
