"""What every generated project holds: something to refer to."""


def lay(project):
    project.current = "base"
    project.write("seeds/base_rows.csv", "id,name,amount,made_on\n1,a,10.5,2024-01-01\n2,b,,2024-02-29\n", False)
    project.model("select * from {{ ref('base_rows') }}\n", "base_orders", "base")
    project.model("""
        {{ config(materialized='table') }}
        select id as customer_id, name from {{ source('raw', 'customers') }}
    """, "base_customers", "base")
    project.write("models/base/base.yml", """
        version: 2
        sources:
          - name: raw
            schema: raw_data
            tables:
              - name: customers
              - name: orders
        models:
          - name: base_orders
            columns:
              - name: id
                description: The key.
    """)
    project.write("macros/base_macros.sql", """
        {% macro cents_to_dollars(column, digits=2) %}
            round({{ column }} / 100.0, {{ digits }})
        {%- endmacro %}

        {% macro comma_list(values) -%}
            {%- for value in values -%}
                {{ value }}{% if not loop.last %}, {% endif %}
            {%- endfor -%}
        {%- endmacro %}

        {% macro returns_list() %}
            {{ return(['x', 'y', 'z']) }}
        {% endmacro %}
    """)
    project.set(vars={"start_date": "2024-01-01", "limit_rows": 100, "a_list": ["p", "q"]})
