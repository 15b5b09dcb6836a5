"""Objects to render: parametric chairs and cars, as triangles."""
