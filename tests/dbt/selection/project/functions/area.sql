select width * height
