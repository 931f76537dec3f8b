"""What people run: the command line, simulations of whole scenarios, tables, figures, verification."""
