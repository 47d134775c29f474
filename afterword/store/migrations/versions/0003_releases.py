"""releases, and who is told of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('releases',
    sa.Column('person', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['person'], ['people.id'], name=op.f('fk_releases_person_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person', 'at', name=op.f('pk_releases'))
    )
    op.create_table('feeds',
    sa.Column('person', sa.LargeBinary(length=16), nullable=False),
    sa.Column('token', sa.LargeBinary(length=32), nullable=False),
    sa.Column('neutral', sa.Integer(), nullable=False),
    sa.Column('hour', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person'], ['people.id'], name=op.f('fk_feeds_person_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_feeds')),
    sa.UniqueConstraint('token', name=op.f('uq_feeds_token'))
    )
    op.create_table('pushes',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person', sa.LargeBinary(length=16), nullable=False),
    sa.Column('endpoint', sa.String(length=1024), nullable=False),
    sa.Column('sent', sa.BigInteger(), nullable=False),
    sa.Column('hour', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person'], ['people.id'], name=op.f('fk_pushes_person_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pushes'))
    )
    with op.batch_alter_table('pushes', schema=None) as batch_op:
        batch_op.create_index('ix_pushes_person', ['person'], unique=False)
