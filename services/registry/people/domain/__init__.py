"""The rules about people, one module per subject: identity, names, ages, the person, their categories."""
