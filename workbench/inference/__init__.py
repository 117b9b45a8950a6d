"""Models: the only place that knows llama.cpp and OCR. The rest of the program sees ``api`` alone."""
