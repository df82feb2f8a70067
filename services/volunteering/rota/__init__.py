"""The fair rota: who serves when, chosen by load, within rules that nothing breaks, and explained (U8)."""
