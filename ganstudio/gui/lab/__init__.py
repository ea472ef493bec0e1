"""The 2-D lab: the centre of the window while the data are points of the plane."""
