{#- What dbt puts behind a Python model, so that `dbt.ref` and the like work when it runs. -#}

{% macro resolve_model_name(input_model_name) %}
  {{- return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) -}}
{% endmacro %}

{% macro default__resolve_model_name(input_model_name) -%}
  {{ (input_model_name | string).replace('"', '\"') }}
{%- endmacro %}

{% macro build_ref_function(model) -%}
  {%- set names = {} -%}
  {%- for call in model.refs -%}
    {%- set words = ([call.package] if call.package else []) + [call.name] -%}
    {%- set relation = ref(*words, v=call.version) -%}
    {%- set key = words + (['v' ~ call.version] if call.version else []) -%}
    {%- set name = relation.render() if relation.render is defined and relation.render is callable else relation -%}
    {%- do names.update({key | join('.'): resolve_model_name(name)}) %}
  {%- endfor -%}

def ref(*args, **kwargs):
    refs = {{ names | tojson }}
    key = '.'.join(args)
    version = kwargs.get("v") or kwargs.get("version")
    if version:
        key += f".v{version}"
    dbt_load_df_function = kwargs.get("dbt_load_df_function")
    return dbt_load_df_function(refs[key])

{% endmacro %}

{% macro build_source_function(model) -%}
  {%- set names = {} -%}
  {%- for words in model.sources -%}
    {%- do names.update({words | join('.'): resolve_model_name(source(*words))}) %}
  {%- endfor -%}

def source(*args, dbt_load_df_function):
    sources = {{ names | tojson }}
    key = '.'.join(args)
    return dbt_load_df_function(sources[key])

{% endmacro %}

{% macro build_config_dict(model) -%}
  {%- set found = {'config': {}, 'meta': {}} -%}
  {%- for key, default in zip(model.config.config_keys_used or [], model.config.config_keys_defaults or []) -%}
    {%- do found.config.update({key: model.config.get(key, default)}) -%}
  {%- endfor -%}
  {%- for key, default in zip(model.config.meta_keys_used or [], model.config.meta_keys_defaults or []) -%}
    {%- do found.meta.update({key: (model.config.meta or {}).get(key, default)}) -%}
  {%- endfor -%}
config_dict = {{ found.config }}
meta_dict = {{ found.meta }}
{% endmacro %}

{% macro py_script_postfix(model) %}
# This part is user provided model code
# you will need to copy the next section to run the code
# COMMAND ----------
# this part is dbt logic for get ref work, do not modify

{{ build_ref_function(model) }}
{{ build_source_function(model) }}
{{ build_config_dict(model) }}

class config:
    def __init__(self, *args, **kwargs):
        pass

    @staticmethod
    def get(key, default=None):
        return config_dict.get(key, default)

    @staticmethod
    def meta_get(key, default=None):
        return meta_dict.get(key, default)

class this:
    """dbt.this() or dbt.this.identifier"""
    database = "{{ this.database }}"
    schema = "{{ this.schema }}"
    identifier = "{{ this.identifier }}"
    {% set name = resolve_model_name(this) %}
    def __repr__(self):
        return '{{ name }}'


class dbtObj:
    def __init__(self, load_df_function) -> None:
        self.source = lambda *args: source(*args, dbt_load_df_function=load_df_function)
        self.ref = lambda *args, **kwargs: ref(*args, **kwargs, dbt_load_df_function=load_df_function)
        self.config = config
        self.this = this()
        self.is_incremental = {{ is_incremental() }}

# COMMAND ----------
{{ py_script_comment() }}
{% endmacro %}

{% macro py_script_comment() %}
{% endmacro %}
