"""The program, ready to answer: workers that are killed and started anew have nothing to learn first.

Opens no connection, which the workers would share.
"""

from sqlalchemy.orm import configure_mappers

from inspect_app import create_app

app = create_app()
configure_mappers()
for name in app.jinja_env.list_templates():
    app.jinja_env.get_template(name)
app.test_client().get("/healthz")
