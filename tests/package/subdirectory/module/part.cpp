// The rest of the module is in the library that it links.
