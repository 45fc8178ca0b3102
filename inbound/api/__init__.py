"""What programs call: where sources send to, and how sources themselves are looked after."""
