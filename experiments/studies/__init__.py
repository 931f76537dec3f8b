"""Questions that take more than one run: one file a study, with what it computes and what it draws."""
