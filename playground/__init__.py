"""Everything the playground knows. Streamlit is never imported here."""
