"""Conventions of this project that dbt-bouncer has no check for; dbt-bouncer.yml names them."""

from pathlib import PurePosixPath

from dbt_bouncer.check_framework.decorator import check, fail


def _is_public(name: str) -> bool:
    """Not a helper (_name) and not one engine's version of a dispatched macro (engine__name)."""
    return not name.startswith("_") and "__" not in name


@check
def check_public_macro_documented(macro):
    """A public macro has a file of its own name, and its own and its arguments' descriptions."""
    name = macro.name.removeprefix("test_")
    if not _is_public(name):
        return
    path = PurePosixPath(macro.original_file_path)
    if path.stem != name:
        fail(f"Macro `{name}` is public and stands in `{path}`: give it a file of its own.")
    if not macro.description:
        fail(f"Macro `{name}` has no description in the YAML of `{path.parent}`.")
    bare = [a.name for a in macro.arguments or [] if not (a.type and a.description)]
    if bare:
        fail(f"Macro `{name}` has arguments without type or description: {', '.join(bare)}.")


@check
def check_model_has_its_own_yaml(model):
    """A model is described beside its SQL, in a file of its name."""
    sql = PurePosixPath(model.original_file_path)
    yaml = PurePosixPath((model.patch_path or "").partition("://")[2])
    if yaml != sql.with_suffix(".yml"):
        fail(f"Model `{model.name}` is not described in `{sql.with_suffix('.yml')}`.")


@check
def check_no_packages_and_no_hooks(ctx):
    """Installing this package brings nothing else along and runs nothing by itself."""
    manifest = ctx.manifest_obj.manifest
    own = manifest.metadata.project_name
    nodes = list(manifest.nodes.values())
    packages = {m.package_name for m in [*nodes, *manifest.macros.values()]} - {own}
    packages = {name for name in packages if name != "dbt" and not name.startswith("dbt_")}
    if packages:
        fail(f"Packages are installed: {', '.join(sorted(packages))}.")
    hooks = [n.name for n in nodes if n.resource_type == "operation"]
    hooks += [n.name for n in nodes if n.config.get("pre-hook") or n.config.get("post-hook")]
    if hooks:
        fail(f"Hooks are set: {', '.join(hooks)}.")


# The rooms, in the order in which data flows through them.
ROOMS = (
    *("policy", "orders", "scoring", "history", "fit", "behaviour", "actions", "demand"),
    "quality",
)


def _layer_and_room(model):
    """Of a model in models/<layer>/<room>/; the room is none where it lies elsewhere."""
    parts = PurePosixPath(model.original_file_path).parts
    return parts[1], parts[2] if len(parts) == 4 and parts[2] in ROOMS else None


@check
def check_model_reads_rooms_in_order(model, ctx):
    """A model reads its own room, or what is finished in a room before it.

    Finished are staging models, and intermediate models with meta is_finished. Marts are read by no
    model, so that their users can disable each of them.
    """
    layer, room = _layer_and_room(model)
    if layer == "unit_tests":
        return
    if room is None:
        fail(f"Model `{model.name}` lies in no room: {', '.join(ROOMS)}.")
    nodes = ctx.manifest_obj.manifest.nodes
    for name in model.depends_on.nodes:
        parent = nodes.get(name)
        if parent is None or parent.resource_type != "model":
            continue
        parent_layer, parent_room = _layer_and_room(parent)
        if parent_layer == "marts" and model.name != "rfm_restatements":
            fail(f"Model `{model.name}` reads `{parent.name}`, which a user may disable.")
        if parent_room == room:
            continue
        if ROOMS.index(parent_room) > ROOMS.index(room):
            fail(f"Model `{model.name}` of {room} reads `{parent.name}` of {parent_room}.")
        meta = parent.config.meta or {}
        if parent_layer == "intermediate" and not meta.get("is_finished"):
            fail(f"Model `{model.name}` reads `{parent.name}`, not finished in {parent_room}.")
